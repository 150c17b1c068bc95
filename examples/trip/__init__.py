"""A flow of one's own: a room and a seat, or neither."""

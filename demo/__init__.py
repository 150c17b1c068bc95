"""`starter.py demo`: the flows on a real server, played with everything that can go wrong."""

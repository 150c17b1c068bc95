"""What the documentation shows, as it is run by its tests."""

"""`starter.py demo`: six orders on a real server, played with everything that can go wrong."""

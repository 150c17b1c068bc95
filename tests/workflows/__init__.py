"""The flows, on a real server and over real HTTP."""

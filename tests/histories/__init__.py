"""Recorded histories of flows: new code has to replay old runs, and to come to the same calls and results."""

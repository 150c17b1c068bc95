"""Measures what the saga engine costs beside the same flow written by hand: `python -m benchmarks`."""

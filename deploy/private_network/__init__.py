"""The parts of `make check-private`."""

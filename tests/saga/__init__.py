"""Tests of the saga engine."""

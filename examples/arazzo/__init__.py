"""Flows as documents, and the descriptions of what they call."""

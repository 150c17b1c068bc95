"""The Arazzo language: documents, expressions, criteria, plans; no I/O, no clock, no network."""

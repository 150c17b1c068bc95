"""The stand-ins, as a caller sees them over HTTP."""

"""The demo as a whole: how it ends, and that it leaves no process behind."""

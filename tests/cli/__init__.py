"""The command line as its users call it: a process with arguments, an exit status and two streams."""

"""What operators run beside the command line."""

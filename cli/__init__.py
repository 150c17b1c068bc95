"""The commands of `starter.py`: each reads its options, calls `runtime`, and shows what comes back."""

"""The task queue of those workers that stand in the private network."""

PRIVATE_QUEUE = "private"
"""A flow says `task_queue=PRIVATE_QUEUE` on each step that runs there; `worker.py --private` serves nothing else."""

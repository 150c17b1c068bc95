"""The workflow types of documents. It imports nothing, since every command asks it."""

TYPE_PREFIX = "arazzo:"


def type_of(workflow: str) -> str:
    """The workflow type of a key of a plan."""
    return f"{TYPE_PREFIX}{workflow}"

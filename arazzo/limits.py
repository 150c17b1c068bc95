"""How much of anything a document may ask for: documents are written by strangers (Security Considerations)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Each bound is on what is held at once; what exceeds one is refused, never cut."""

    text_bytes: int = 1024 * 1024
    """Of one document, as it comes in."""
    nodes: int = 100_000
    """Values in one document, aliases counted as often as they are used."""
    depth: int = 64
    """Values within values."""
    steps: int = 1_000
    """Of one workflow."""
    workflows: int = 1_000
    """Of one document, and of one plan."""
    problems: int = 200
    """Said of one document; a text that is no document at all has more."""
    number_digits: int = 400
    """In one number as it is written."""
    expression_length: int = 10_000
    """Characters of one runtime expression, condition, template or selector."""
    regex_length: int = 1_000
    """Characters of one regular expression, after what is embedded has been put in."""
    result_nodes: int = 100_000
    """Values in what one expression, selector or template gives."""
    result_bytes: int = 1024 * 1024
    """Of a text that one template gives."""
    selector_steps: int = 250_000
    """Values that one JSONPath or XPath may visit; counted, since a clock would decide differently each time."""


LIMITS = Limits()
"""For documents."""

DESCRIPTION_LIMITS = Limits(text_bytes=8 * 1024 * 1024, nodes=1_000_000, depth=128)
"""For OpenAPI and AsyncAPI descriptions, which are larger and are only looked up."""

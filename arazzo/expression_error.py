"""The one failure of evaluating: of expressions, templates, selectors and replacements."""


class ExpressionError(Exception):
    """What was asked for cannot be evaluated: it is not well formed, does not fit the value, or exceeds a limit."""


def reason_of(error: Exception) -> str:
    """What an error of a library says, or its kind: some of them fail when they are asked."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  as said
        said = str(error.args[0]) if error.args else ""
    return said[:300] or type(error).__name__

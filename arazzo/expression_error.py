"""The one failure of evaluating: of expressions, templates, selectors and replacements."""


class ExpressionError(Exception):
    """What was asked for cannot be evaluated: it is not well formed, does not fit the value, or exceeds a limit."""

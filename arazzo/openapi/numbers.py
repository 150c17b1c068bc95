"""Numbers for samples: the one nearest to 1 that a schema allows."""

import math
from fractions import Fraction

from pydantic import JsonValue

from arazzo.openapi.references import Fields


def sample_number(schema: Fields, *, whole: bool) -> JsonValue:
    """A number between the bounds, on the raster of `multipleOf`; 1 where nothing is said."""
    least, open_below = _bound(schema, "minimum", "exclusiveMinimum", above=True)
    most, open_above = _bound(schema, "maximum", "exclusiveMaximum", above=False)
    step = _number(schema.get("multipleOf"))
    if step is None or step <= 0:
        step = Fraction(1) if whole else None
    elif whole and step.denominator != 1:
        step = Fraction(step.numerator)
    value = Fraction(1) if step is None else step
    if step is None:
        value = _between(value, least, most, open_below=open_below, open_above=open_above)
    elif least is not None and (value < least or (open_below and value == least)):
        value = math.ceil(least / step) * step
        value += step if open_below and value == least else 0
    elif most is not None and (value > most or (open_above and value == most)):
        value = math.floor(most / step) * step
        value -= step if open_above and value == most else 0
    return int(value) if value.denominator == 1 else float(value)


def _between(
    value: Fraction, least: Fraction | None, most: Fraction | None, *, open_below: bool, open_above: bool
) -> Fraction:
    below = least is not None and (value < least or (open_below and value == least))
    above = most is not None and (value > most or (open_above and value == most))
    if not below and not above:
        return value
    if least is not None and most is not None:
        return (least + most) / 2
    if least is not None:
        return least + 1
    return value if most is None else most - 1


def _bound(schema: Fields, closed: str, opened: str, *, above: bool) -> tuple[Fraction | None, bool]:
    """The tighter one of both keywords, and whether it is excluded; `true` as in OpenAPI 3.0 excludes the other."""
    bound, exclusive = _number(schema.get(closed)), schema.get(opened)
    if isinstance(exclusive, bool):
        return bound, exclusive
    other = _number(exclusive)
    if other is None:
        return bound, False
    if bound is None or (other >= bound if above else other <= bound):
        return other, True
    return bound, False


def _number(value: JsonValue) -> Fraction | None:
    """As it is written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(str(value)) if math.isfinite(value) else None

"""Reads values, selectors and criteria."""

from collections.abc import Mapping

from pydantic import JsonValue

from arazzo.elements import Criterion, ExpressionKind, ExpressionType, Selector, Value
from arazzo.fields import Fields
from arazzo.model import Version
from arazzo.reading import Place, Reading

VERSIONS: Mapping[ExpressionKind, tuple[str, ...]] = {
    ExpressionKind.JSONPATH: ("rfc9535", "draft-goessner-dispatch-jsonpath-00"),
    ExpressionKind.XPATH: ("xpath-31", "xpath-30", "xpath-20", "xpath-10"),
    ExpressionKind.JSONPOINTER: ("rfc6901",),
}
"""The first is what an omitted version means (F7)."""

CONDITIONS = {ExpressionKind.SIMPLE, ExpressionKind.REGEX, ExpressionKind.JSONPATH, ExpressionKind.XPATH}
SELECTORS = {ExpressionKind.JSONPATH, ExpressionKind.XPATH, ExpressionKind.JSONPOINTER}
SELECTOR_FIELDS = {"context", "selector", "type"}


def looks_like_selector(value: JsonValue) -> bool:
    """Whether an object has the fields of a Selector Object, and no others but extensions."""
    if not isinstance(value, dict):
        return False
    return {name for name in value if not name.startswith("x-")} == SELECTOR_FIELDS


def read_value(reading: Reading, place: Place) -> Value:
    """A constant, an expression, or (1.1) a Selector Object."""
    if reading.version >= Version.V1_1 and looks_like_selector(place.node.value):
        return read_selector(reading, place)
    return place.node.value


def read_selector(reading: Reading, place: Place) -> Selector:
    """Selector Object."""
    fields = Fields(reading, place, "Selector Object")
    return Selector(
        kind="selector",
        context=fields.required_text("context"),
        selector=fields.required_text("selector"),
        type=read_type(fields, "type", SELECTORS)
        or ExpressionType(type=ExpressionKind.JSONPOINTER, version="rfc6901"),
        extensions=fields.done(),
    )


def read_output(reading: Reading, place: Place) -> Value:
    """An expression or a selector; what is neither is a constant, which only other tools know."""
    value = read_value(reading, place)
    if isinstance(value, Selector | str):
        return value
    if isinstance(value, dict) and {"selector", "context"} & value.keys():
        if reading.version < Version.V1_1:
            reading.depart(
                "later-version", place.path, "selectors are of 1.1", "arazzo: 1.1.0", "Selector Object"
            )
        return read_selector(reading, place)
    reading.depart(
        "constant-output", place.path, "a constant stands there", "an expression", "Step Object, outputs"
    )
    return value


def read_type(fields: Fields, name: str, kinds: set[ExpressionKind]) -> ExpressionType | None:
    """The name of a language, or an Expression Type Object."""
    place = fields.get(name)
    if place is None:
        return None
    if not isinstance(place.node.value, dict):
        kind = _kind(fields, place, kinds)
        return None if kind is None else ExpressionType(type=kind, version=default_version(kind))
    inner = Fields(fields.reading, place, "Expression Type Object")
    inner.required_text("type")
    kind = _kind(inner, inner.get("type"), SELECTORS)
    version = inner.text("version")
    extensions = inner.done()
    if kind is None:
        return None
    return ExpressionType(type=kind, version=_version(inner, kind, version), extensions=extensions)


def default_version(kind: ExpressionKind) -> str:
    """What an omitted version means; empty where there are no versions."""
    return VERSIONS.get(kind, ("",))[0]


def _kind(fields: Fields, place: Place | None, kinds: set[ExpressionKind]) -> ExpressionKind | None:
    if place is None:
        return None
    value = place.node.value
    if isinstance(value, str) and value in {str(kind) for kind in kinds}:
        return ExpressionKind(value)
    expected = f"one of {', '.join(sorted(kinds))}"
    fields.reading.error("unknown-value", place.path, f"type is {value!r}", expected, fields.clause("type"))
    return None


def _version(fields: Fields, kind: ExpressionKind, version: str | None) -> str:
    if version is None:
        return default_version(kind)
    if version not in VERSIONS[kind]:
        expected = f"one of {', '.join(VERSIONS[kind])}"
        fields.error("unknown-value", f"version {version!r} of {kind} is not known", expected, "version")
    return version


def read_criteria(fields: Fields, name: str) -> tuple[Criterion, ...]:
    """A list of Criterion Objects; an empty one says nothing."""
    places = fields.items(name)
    if places is not None and not places:
        fields.depart("empty-list", f"{name} is empty", "at least one criterion, or no such field", name)
    return tuple(read_criterion(fields.reading, place) for place in places or ())


def read_criterion(reading: Reading, place: Place) -> Criterion:
    """Criterion Object."""
    fields = Fields(reading, place, "Criterion Object")
    condition = fields.required_text("condition")
    context = fields.text("context")
    type_ = read_type(fields, "type", CONDITIONS) or ExpressionType(type=ExpressionKind.SIMPLE)
    if fields.has("version"):
        # The schema of 1.0 has the version beside the type.
        fields.depart(
            "version-beside-type", "version is no field of a criterion", "type: {type, version}", "version"
        )
        type_ = type_.model_copy(update={"version": fields.text("version") or type_.version})
    if fields.has("type") and context is None:
        said = f"type is {type_.type}, and context is missing"
        (fields.depart if type_.type is ExpressionKind.SIMPLE else fields.error)(
            "missing-context", said, "a context", "context"
        )
    return Criterion(condition=condition, context=context, type=type_, extensions=fields.done())

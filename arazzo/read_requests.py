"""Reads parameters, references to components, and request bodies."""

from arazzo.elements import Location, Parameter, Replacement, RequestBody, Reusable
from arazzo.fields import Fields
from arazzo.model import Version
from arazzo.read_values import SELECTORS, read_type, read_value
from arazzo.reading import Place, Reading

REFERENCE = "$components."
LOCAL_REFERENCE = "#/components/"


def read_parameters(fields: Fields, name: str) -> tuple[Parameter | Reusable, ...]:
    """A list of Parameter Objects and references to them."""
    places = fields.items(name) or ()
    return tuple(
        reference(fields.reading, place, "parameters") or read_parameter(fields.reading, place)
        for place in places
    )


def read_parameter(reading: Reading, place: Place) -> Parameter:
    """Parameter Object."""
    fields = Fields(reading, place, "Parameter Object")
    name = fields.required_text("name")
    location = fields.choice("in", Location)
    if location is Location.QUERYSTRING and reading.version < Version.V1_1:
        fields.depart("later-version", "in: querystring is of 1.1", "arazzo: 1.1.0", "in")
    value = fields.get("value")
    if value is None:
        fields.missing("value")
    return Parameter(
        name=name,
        location=location,
        value=None if value is None else read_value(reading, value),
        extensions=fields.done(),
    )


def reference(reading: Reading, place: Place, kind: str) -> Reusable | None:
    """A Reusable Object, or a form of it that other tools take; None if it is neither."""
    if not isinstance(place.node.value, dict):
        return None
    fields = Fields(reading, place, "Reusable Object")
    if fields.has("reference"):
        return _reusable(fields)
    name, ref = place.node.value.get("name"), place.node.value.get("$ref")
    if isinstance(ref, str):
        expected = f"reference: {REFERENCE}{kind}.NAME"
        if ref.startswith(f"{LOCAL_REFERENCE}{kind}/"):
            fields.depart("json-reference", f"$ref is {ref}", expected, "$ref")
            return Reusable(reference=f"{REFERENCE}{kind}.{ref.rsplit('/', 1)[1]}")
        fields.error("json-reference", f"$ref is {ref}", expected, "$ref")
        return Reusable(reference="")
    if (
        isinstance(name, str)
        and name.startswith(f"{REFERENCE}{kind}.")
        and place.node.value.keys() == {"name"}
    ):
        fields.depart("reference-as-name", f"name is {name}", f"reference: {name}", "name")
        return Reusable(reference=name)
    return None


def _reusable(fields: Fields) -> Reusable:
    value = fields.get("value")
    text = fields.required_text("reference")
    for name in fields.fields.keys() - {"reference", "value"}:
        fields.reading.remark(
            "ignored-field", (*fields.path, name), f"{name} is ignored", "reference and value only", fields.of
        )
    return Reusable(
        reference=text, overrides=value is not None, value=None if value is None else value.node.value
    )


def read_body(fields: Fields, name: str) -> RequestBody | None:
    """Request Body Object."""
    inner = fields.object(name, "Request Body Object")
    if inner is None:
        return None
    if inner.has("$ref"):
        inner.get("$ref")
        inner.error("json-reference", "$ref is no field of a Request Body Object", "the body itself", "$ref")
    payload = inner.get("payload")
    return RequestBody(
        content_type=inner.text("contentType"),
        payload=None if payload is None else read_value(inner.reading, payload),
        replacements=tuple(_replacement(inner.reading, place) for place in inner.items("replacements") or ()),
        selectors=inner.reading.version >= Version.V1_1,
        extensions=inner.done(),
    )


def _replacement(reading: Reading, place: Place) -> Replacement:
    fields = Fields(reading, place, "Payload Replacement Object")
    target = fields.required_text("target")
    value = fields.get("value")
    if value is None:
        fields.missing("value")
    fields.get("targetSelectorType", since=Version.V1_1)
    return Replacement(
        target=target,
        type=read_type(fields, "targetSelectorType", SELECTORS),
        value=None if value is None else read_value(reading, value),
        extensions=fields.done(),
    )

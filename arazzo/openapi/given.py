"""What a step gives to an operation, by what the operation declares."""

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.openapi.described import IGNORED_HEADERS, PERMITTED
from arazzo.openapi.errors import RequestRefused
from arazzo.openapi.operation import DeclaredParameter, Operation

CLAUSE = "Parameter Object"


class Given(NamedTuple):
    """A parameter with its value, as a step gives it. Without a location it goes where the operation declares it."""

    name: str
    location: str | None
    value: JsonValue


class Placed(NamedTuple):
    """A parameter as it is declared, with the value that is given."""

    declared: DeclaredParameter
    value: JsonValue


def place(operation: Operation, given: list[Given], *, strict: bool) -> list[Placed]:
    """Each given parameter by its declaration; the last one where two are the same."""
    known = {_identity(one.name, one.location): one for one in operation.parameters}
    placed: dict[tuple[str, str], Placed] = {}
    for name, location, value in given:
        identity = _identity(name, location or _location(operation, name))
        placed.pop(identity, None)
        if value is None:
            continue
        declared = known.get(identity)
        if declared is None and strict:
            if identity[1] == "header" and identity[0] in IGNORED_HEADERS:
                continue
            raise RequestRefused(
                f"{operation.method} {operation.path} has no parameter {name} in {identity[1]}",
                expected=listed(f"{one.name} in {one.location}" for one in operation.parameters),
                clause=CLAUSE,
            )
        placed[identity] = Placed(declared or _undeclared(name, identity[1]), value)
    for identity, one in known.items():
        if one.required and identity not in placed and one.location != "path":
            raise RequestRefused(
                f"the parameter {one.name} in {one.location} is missing",
                expected=f"a value, since {operation.method} {operation.path} requires it",
                clause="Parameter Object, required",
            )
    return list(placed.values())


def _identity(name: str, location: str) -> tuple[str, str]:
    return (name.lower() if location == "header" else name), location


def _location(operation: Operation, name: str) -> str:
    found = [one.location for one in operation.parameters if one.name == name]
    if len(found) == 1:
        return found[0]
    raise RequestRefused(
        f"it is not said where the parameter {name} goes",
        expected=f"in: {listed(PERMITTED)}",
        clause="Parameter Object, in",
    )


def _undeclared(name: str, location: str) -> DeclaredParameter:
    if location not in PERMITTED:
        raise RequestRefused(
            f"the parameter {name} is in {location!r}",
            expected=listed(PERMITTED),
            clause="Parameter Object, in",
        )
    style = "cookie" if location == "cookie" else PERMITTED[location][0]
    return DeclaredParameter.model_validate(
        {"name": name, "location": location, "style": style, "explode": style in {"form", "cookie"}}
    )


def listed(names: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(names) or "none at all"

"""Makes an input of its own for each run: the field that names the flow, and those that are asked for, get a suffix."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, JsonValue, ValidationError

from crash_kit.refusals import CannotRehearse
from runtime.flows import Flow

Path = tuple[str | int, ...]


class Inputs:
    """Inputs that differ from `example` only in the named fields; the workflow ids that they lead to all differ."""

    def __init__(self, flow: Flow[Any], example: BaseModel, *, mark: str, vary: Sequence[str] = ()) -> None:
        """`vary` names further fields that have to differ, as `email` or `customer.email`. Raises CannotRehearse."""
        self._flow = flow
        self._document: JsonValue = example.model_dump(mode="json")
        self._mark = mark
        texts = dict(_texts(self._document))
        self._paths = [path for path in texts if self._names_the_flow(path, example)][-1:]
        if not self._paths:
            raise CannotRehearse(
                f"No single text of the input of {flow.name!r} decides about its workflow id: "
                "each run has to have one of its own."
            )
        for name in vary:
            path = next((path for path in texts if _dotted(path) == name), None)
            if path is None:
                raise CannotRehearse(f"The input of {flow.name!r} has no text {name!r}.")
            self._paths.append(path)

    def number(self, n: int) -> BaseModel:
        """The nth input. Raises CannotRehearse where a field cannot be varied."""
        return self._with_suffix(self._paths, f"-{self._mark}{n}")

    def _names_the_flow(self, path: Path, example: BaseModel) -> bool:
        try:
            changed = self._with_suffix([path], f"-{self._mark}0")
        except CannotRehearse:
            return False
        return bool(self._flow.id_of(changed) != self._flow.id_of(example))

    def _with_suffix(self, paths: Sequence[Path], suffix: str) -> BaseModel:
        document: Any = copy.deepcopy(self._document)
        for path in paths:
            place = document
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = _suffixed(place[path[-1]], suffix)
        try:
            return self._flow.input.model_validate(document)  # type: ignore[no-any-return]
        except ValidationError as error:
            where = ", ".join(_dotted(path) for path in paths)
            raise CannotRehearse(f"{where} cannot end in {suffix!r}: {error}") from None


def _suffixed(text: str, suffix: str) -> str:
    """Of an address the part before the @."""
    name, at, domain = text.partition("@")
    return f"{name}{suffix}{at}{domain}"


def _texts(value: JsonValue, *path: str | int) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for name, inner in value.items():
                yield from _texts(inner, *path, name)
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, *path, index)
        case _:
            pass


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))

"""YAML 1.2 with the types of JSON only: a date, `yes`, `012` and `0x1F` are texts, as they stand there."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import yaml
from pydantic import JsonValue

from arazzo.limits import Limits
from arazzo.problems import Problem, Problems
from arazzo.tree import Builder

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
CLAUSE = "Format"

NULL = re.compile(r"(?:~|null|Null|NULL|)")
BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NO_JSON = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

TAG = "tag:yaml.org,2002:"


class Mark(Protocol):
    """A place in the text, of the C parser or the other one."""

    @property
    def line(self) -> int:
        """From 0."""
        ...


class NotJson(Exception):
    """A scalar that no JSON value can hold; says why."""


def read_yaml(text: str, builder: Builder, limits: Limits) -> None:
    """Tell the builder what the text says; raises Problems."""
    try:
        for event in _events(text):
            _tell(event, builder, limits)
    except yaml.YAMLError as error:
        raise Problems([_syntax(error, builder)]) from None


def _events(text: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(text, Loader=LOADER)


def _line(mark: Mark | None) -> int:
    return 1 if mark is None else mark.line + 1


def _tell(event: yaml.Event, builder: Builder, limits: Limits) -> None:
    line = _line(event.start_mark)
    match event:
        case yaml.DocumentStartEvent() if builder.root is not None:
            raise builder.refusal(
                "several-documents", "a second document begins", line, expected="one document", clause=CLAUSE
            )
        case yaml.MappingStartEvent():
            _refuse_tag(event.tag, {"map"}, builder, line)
            builder.begin(of_names=True, line=line, anchor=event.anchor)
        case yaml.SequenceStartEvent():
            _refuse_tag(event.tag, {"seq"}, builder, line)
            builder.begin(of_names=False, line=line, anchor=event.anchor)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            builder.end()
        case yaml.AliasEvent():
            builder.alias(event.anchor or "", line)
        case yaml.ScalarEvent():
            _scalar(event, builder, limits)
        case _:
            pass


def _scalar(event: yaml.ScalarEvent, builder: Builder, limits: Limits) -> None:
    line = _line(event.start_mark)
    text: str = event.value
    _refuse_tag(event.tag, TYPED.keys() | {"str"}, builder, line)
    if builder.wants_name:
        # Keys are strings of the failsafe schema, whatever they look like: `200`, `true`, `~`.
        if text == "<<" and event.implicit[0]:
            raise builder.refusal(
                "merge-key",
                "a merge key (<<) is no part of YAML 1.2",
                line,
                expected="the fields",
                clause=CLAUSE,
            )
        builder.name(text, line)
        return
    try:
        value = _value(event, text, limits)
    except NotJson as error:
        raise builder.refusal(
            "no-json-value", str(error), line, expected="a JSON value", clause=CLAUSE
        ) from None
    builder.scalar(value, line, event.anchor)


def _value(event: yaml.ScalarEvent, text: str, limits: Limits) -> JsonValue:
    tag: str | None = event.tag
    if tag is not None and tag.startswith(TAG) and (kind := tag.removeprefix(TAG)) != "str":
        return TYPED[kind](text, limits)
    plain = tag is None and event.implicit[0]
    return _plain(text, limits) if plain else text


def _plain(text: str, limits: Limits) -> JsonValue:
    """By YAML 1.2's core schema, less its octal and hexadecimal numbers; all else is text."""
    if NULL.fullmatch(text):
        return None
    if BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if NO_JSON.fullmatch(text):
        raise NotJson(f"{text} is no number in JSON")
    if INTEGER.fullmatch(text):
        return integer(text, limits)
    return number(text, limits) if FLOAT.fullmatch(text) else text


def integer(text: str, limits: Limits) -> int:
    """A number without fraction and exponent."""
    _refuse_long(text, limits)
    if not INTEGER.fullmatch(text):
        raise NotJson(f"{text!r} is no integer")
    return int(text)


def number(text: str, limits: Limits) -> float:
    """A number with a fraction or an exponent; refused where it is larger than any that a computer has."""
    _refuse_long(text, limits)
    if not FLOAT.fullmatch(text):
        raise NotJson(f"{text!r} is no number")
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise NotJson(f"{text} is too large a number")
    return value


def _null(text: str, _: Limits) -> None:
    if not NULL.fullmatch(text):
        raise NotJson(f"{text!r} is not null")


def _boolean(text: str, _: Limits) -> bool:
    if not BOOLEAN.fullmatch(text):
        raise NotJson(f"{text!r} is no boolean")
    return text.lower() == "true"


TYPED: Mapping[str, Callable[[str, Limits], JsonValue]] = {
    "null": _null,
    "bool": _boolean,
    "int": integer,
    "float": number,
}


def _refuse_long(text: str, limits: Limits) -> None:
    if len(text) > limits.number_digits:
        raise NotJson(f"a number of {len(text)} digits")


def _refuse_tag(tag: str | None, known: set[str], builder: Builder, line: int) -> None:
    if tag is None or tag == "!" or (tag.startswith(TAG) and tag.removeprefix(TAG) in known):
        return
    short = tag.replace(TAG, "!!")
    raise builder.refusal(
        "tag",
        f"the tag {short} is not of the JSON schema ruleset",
        line,
        expected=f"{' or '.join('!!' + name for name in sorted(known))}, or no tag",
        clause=CLAUSE,
    )


def _syntax(error: yaml.YAMLError, builder: Builder) -> Problem:
    line = _line(getattr(error, "problem_mark", None))
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "no YAML"
    context = getattr(error, "context", None)
    message = f"{context}: {said}" if context else str(said)
    return builder.problem("syntax", message, line, "YAML 1.2 or JSON", CLAUSE)

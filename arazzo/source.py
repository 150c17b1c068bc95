"""The text of a document, JSON or YAML, as plain values whose lines are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from arazzo.json_text import read_json
from arazzo.limits import LIMITS, Limits
from arazzo.problems import Problem, Problems
from arazzo.tree import Builder, Node, Step, at
from arazzo.yaml_text import read_yaml

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its address, and what it says."""

    uri: str
    root: Node

    @property
    def value(self) -> JsonValue:
        """Plain JSON; not to be changed."""
        return self.root.value

    def line(self, path: Sequence[Step]) -> int:
        """Where a path starts, or the nearest thing around it that is there."""
        for end in range(len(path), -1, -1):
            if (found := at(self.root, path[:end])) is not None:
                return found.line
        return 1


def read(text: str | bytes, *, uri: str, limits: Limits = LIMITS) -> Source:
    """JSON if it is JSON, else YAML; raises Problems with the line of what is wrong."""
    _refuse_large(text, uri, limits)
    decoded = _decoded(text if isinstance(text, bytes) else text.encode(errors="surrogatepass"), uri)
    decoded = decoded.removeprefix(BYTE_ORDER_MARK)
    if decoded.lstrip()[:1] in {"{", "[", '"'}:
        try:
            return Source(uri, _parsed(decoded, uri, limits, json=True))
        except Problems as error:
            # What starts with a brace or a quote may also be YAML.
            if error.problems[0].rule != "syntax" or uri.endswith(".json"):
                raise
    return Source(uri, _parsed(decoded, uri, limits, json=False))


def _parsed(text: str, uri: str, limits: Limits, *, json: bool) -> Node:
    builder = Builder(uri, limits)
    (read_json if json else read_yaml)(text, builder, limits)
    return builder.finished()


def _refuse_large(text: str | bytes, uri: str, limits: Limits) -> None:
    size = len(text) if isinstance(text, bytes) else len(text.encode(errors="surrogatepass"))
    if size > limits.text_bytes:
        raise _refused(
            uri, "too-large", f"{size} bytes", f"at most {limits.text_bytes}", "Security Considerations"
        )


def _decoded(text: bytes, uri: str) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise _refused(uri, "encoding", f"byte {error.start} is no UTF-8", "UTF-8", "Format", line) from None


def _refused(uri: str, rule: str, message: str, expected: str, clause: str, line: int = 1) -> Problems:
    return Problems(
        [Problem(rule=rule, message=message, expected=expected, clause=clause, file=uri, line=line)]
    )

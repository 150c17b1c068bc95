"""The documentation as its tests see it: fenced blocks, commands, links and headings."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"<!-- ([\w./-]+) -->\n\Z")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """What stands between two fences; the reader sees nothing of `words` and `source`."""

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    """After the language: `sh serves` goes on running, `sh elsewhere` is not run."""
    source: str
    """The comment before it: the file that it is from."""
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path, language: str = "") -> Iterator[Block]:
    """All blocks of a page, or those of a language."""
    content = page.read_text()
    for found in _FENCE.finditer(content):
        first, *words = [*found["info"].split(), ""][:-1] or [""]
        source = _MARKER.search(content[: found.start()])
        if not language or first == language:
            line = content.count("\n", 0, found.start()) + 1
            yield Block(page, line, first, tuple(words), source[1] if source else "", found["text"])


def all_blocks(language: str) -> list[Block]:
    """Of the pages that are for use; a decision record may sketch what is not there."""
    return [block for page in PAGES if page.parent != DECISIONS for block in blocks(page, language)]


def commands(block: Block) -> list[str]:
    """The commands of a shell block, each on one line and without its comment."""
    joined = re.sub(r"\\\n\s*", "", block.text)
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines()]
    return [line for line in lines if line]


def is_excerpt(text: str, content: str) -> bool:
    """Whether `text` stands in `content` as it is, however deep it is indented there."""
    depths = {len(line) - len(line.lstrip()) for line in content.splitlines()}
    flat = textwrap.dedent(text)
    return any(textwrap.indent(flat, " " * depth) in content for depth in depths)


def links(page: Path) -> Iterator[str]:
    """Targets of links and pictures outside code."""
    yield from _LINK.findall(_prose(page))


def anchors(page: Path) -> set[str]:
    """Of its headings, as they are made for links."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in _HEADING.findall(_prose(page))}


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text())

"""Texts of a picture: about how wide they are, how they are folded, and how they are written as XML."""

import unicodedata
from collections.abc import Sequence
from html import escape

NARROW = frozenset("iljtfrI.,:;'|!()[]{} ‹›/\\-")
WIDE = frozenset("mwMW@%—…")
ELLIPSIS = "…"
FEW = 8
BOLD = 1.14
"""How much wider a text in bold is."""


def width(text: str, size: float, *, mono: bool = False) -> float:
    """About, in the fonts that browsers have; on the safe side."""
    return size * sum(0.62 if mono and not _is_double(one) else _em(one) for one in text)


def folded(text: str, size: float, room: float, *, lines: int, mono: bool = False) -> list[str]:
    """In so many lines at most, broken at blanks where there are any; what is left out is an ellipsis."""
    words = " ".join(text.split())
    found: list[str] = []
    while words and len(found) < lines:
        if len(found) == lines - 1:
            found.append(_cut(words, size, room, mono=mono))
            break
        line = _line(words, size, room, mono=mono)
        found.append(line.rstrip())
        words = words[len(line) :].lstrip()
    return found


def few(names: Sequence[str]) -> str:
    """As many as fit a line or two."""
    return ", ".join((*names[:FEW], *(("…",) if len(names) > FEW else ())))


def xml(text: str) -> str:
    """Of characters that XML may hold, none of them obeyed."""
    return escape("".join(one if is_text(one) else " " for one in text), quote=True)


def _line(words: str, size: float, room: float, *, mono: bool) -> str:
    """The longest beginning that fits, of a character at least."""
    end = _fitting(words, size, room, mono=mono)
    if end == len(words):
        return words
    blank = words.rfind(" ", 0, end + 1)
    return words[: blank if blank > end / 3 else end]


def _cut(words: str, size: float, room: float, *, mono: bool) -> str:
    if _fitting(words, size, room, mono=mono) == len(words):
        return words
    kept = _fitting(words, size, room - width(ELLIPSIS, size), mono=mono)
    return words[:kept].rstrip() + ELLIPSIS


def _fitting(words: str, size: float, room: float, *, mono: bool) -> int:
    taken = 0.0
    for end, character in enumerate(words):
        taken += width(character, size, mono=mono)
        if taken > room:
            return max(end, 1)
    return len(words)


def _em(character: str) -> float:
    if _is_double(character):
        return 1.0
    if character in NARROW:
        return 0.38
    if character in WIDE:
        return 0.95
    return 0.72 if character.isupper() else 0.61


def _is_double(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def is_text(character: str) -> bool:
    """Whether it is shown, and not obeyed by a terminal or a reader."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Co"}

"""Plays the demo on a terminal of its own, and draws some of what it shows: `python -m tests.docs.picture`."""

import fcntl
import os
import pty
import struct
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from tests.docs.terminal import shown

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "demo.svg"
WIDTH = 100
SECTIONS = ("durable-sagas:", "3  ", "6  ", "What the services remember")
"""How the parts begin that are drawn: all six stories would fill two screens."""

FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
"""As rich draws it, without the font that it would fetch from elsewhere."""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        status, written = played([sys.executable, "starter.py", "demo", "--exit", "--folder", folder])
    if status == 0:
        PICTURE.write_text(drawn(list(sections(shown(written)))))
    return status


def played(command: list[str]) -> tuple[int, str]:
    """Exit status, and all that the program writes to a terminal of our width."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.environ.pop("TEMPORAL_ADDRESS", None)
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, WIDTH, 0, 0))
    written = b"".join(_read(terminal))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written.decode()


def _read(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(terminal, 65_536)
        except OSError:  # the program has ended
            return


def sections(lines: Sequence[str]) -> Iterator[list[str]]:
    """Those of SECTIONS; a section ends at an empty line."""
    for filled, section in groupby(lines, key=lambda line: bool(Text.from_ansi(line).plain.strip())):
        part = list(section)
        if filled and Text.from_ansi(part[0]).plain.startswith(SECTIONS):
            yield part


def drawn(parts: Sequence[Sequence[str]]) -> str:
    """As SVG."""
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        for part in parts:
            for line in part:
                console.print(Text.from_ansi(line), soft_wrap=True)
            console.print()
        return console.export_svg(
            title="make demo",
            theme=SVG_EXPORT_THEME,
            code_format=FORMAT,
            font_aspect_ratio=0.61,
            unique_id="demo",
        )


if __name__ == "__main__":
    sys.exit(main())

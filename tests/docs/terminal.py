"""What a terminal shows after a program has written to it: of the control sequences only those that rich uses."""

import re

_PART = re.compile(r"\x1b\[(\d*)([A-Z])|\x1b\[\d*K|\x1b\[\?\d+[hl]|\r|\n")
_CURSOR_UP = "A"


def shown(written: str) -> list[str]:
    """The lines that stand there at the end, with their colours still as escape sequences."""
    lines, row, position = [""], 0, 0
    for part in _PART.finditer(written):
        lines[row] += written[position : part.start()]
        position = part.end()
        if part[0] == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part[2] == _CURSOR_UP:
            row = max(0, row - int(part[1] or 1))
        elif part[0].endswith("K"):
            lines[row] = ""
    lines[row] += written[position:]
    return [line.rstrip() for line in lines]

"""What every page promises: its links lead somewhere, its code is the repository's, its commands exist."""

import re
import shlex
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest

from cli.parser import parser
from runtime.server import find_executable
from tests.docs.markdown import (
    DECISIONS,
    PAGES,
    ROOT,
    Block,
    all_blocks,
    anchors,
    commands,
    is_excerpt,
    links,
)

TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
SHELL = [(block, command) for block in all_blocks("sh") for command in commands(block)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each file that a page links to is there, and has the heading that is named."""
    assert [] == [link for link in links(page) if not _leads_somewhere(page, link)]


def _leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith("https://"):
        return True
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


def test_every_decision_is_listed() -> None:
    """The index has a line for each record."""
    listed = set(links(DECISIONS / "README.md"))

    assert set() == {record.name for record in DECISIONS.glob("0*.md")} ^ listed


@pytest.mark.parametrize("block", all_blocks("python"), ids=str)
def test_shown_code_is_the_repositorys(block: Block) -> None:
    """Python that a reader may copy stands, word for word, in a file that is checked and run."""
    assert block.source, "say in a comment before it which file it is from"
    assert is_excerpt(block.text, (ROOT / block.source).read_text())


@pytest.mark.parametrize(("block", "command"), SHELL, ids=[f"{b}-{c[:40]}" for b, c in SHELL])
def test_shown_commands_exist(block: Block, command: str) -> None:
    """Each command of a page is one that is there, with arguments that it takes."""
    last = command.rpartition(" | ")[2]
    program, *arguments = [word for word in shlex.split(last) if not re.match(r"[A-Z_]+=", word)]

    assert _exists(program, arguments), f"{block}: {command}"


def _exists(program: str, arguments: list[str]) -> bool:
    return program in UNCHECKED or PROGRAMS[program](arguments)


def _is_target(arguments: list[str]) -> bool:
    return not arguments or arguments[0] in TARGETS


def _is_of_this_checkout(arguments: list[str]) -> bool:
    match arguments:
        case ["starter.py", *rest]:
            return bool(parser().parse_args(rest))
        case ["-m", module, *_]:
            path = ROOT / module.replace(".", "/")
            return path.with_suffix(".py").exists() or (path / "__main__.py").exists()
        case ["worker.py", *options]:
            return set(options) <= {"--show-settings", "--private", "--with-private"}
        case _:
            return False


def _is_of_temporal(arguments: list[str]) -> bool:
    """The CLI knows the subcommand and every option."""
    subcommand = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    cli = str(find_executable().path)
    help_ = subprocess.run([cli, *subcommand, "--help"], capture_output=True, text=True, check=True).stdout
    options = [argument.partition("=")[0] for argument in arguments if argument.startswith("-")]
    return f"temporal {' '.join(subcommand)} [flags]" in help_ and all(option in help_ for option in options)


def _is_composed(arguments: list[str]) -> bool:
    return arguments[0] == "compose" and (ROOT / "docker-compose.yml").exists()


def _is_script(arguments: list[str]) -> bool:
    return (ROOT / arguments[0]).exists()


PROGRAMS = {
    "make": _is_target,
    "python": _is_of_this_checkout,
    "temporal": _is_of_temporal,
    "docker": _is_composed,
    "sh": _is_script,
}
UNCHECKED = {"export", "curl", "pip"}

"""The runbook file: what a wrong one is told, and that no argument becomes more than one word."""

import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.arguments import Argument, ArgumentRefused
from activities.runbooks import Phase, Runbook, Runbooks
from activities.typed_file import FileInvalid, read_typed

ROOT = Path(__file__).parents[2]
OWN = {"key": "k-1", "undoes": "k-0", "flow": "server-automation-C-1"}
UPGRADE = read_typed(ROOT / "examples/runbooks.toml", Runbooks).runbooks["upgrade"]
HOSTILE = (
    "1.5.0; reboot",
    "1.5.0\nreboot",
    "$(reboot)",
    "`reboot`",
    "1.5.0 && reboot",
    "1.5.0 | tee /etc/passwd",
    "> /etc/passwd",
    "'; reboot; '",
    '"; reboot; "',
    "\\",
    "--key=mine",
    "-rf",
    "1.5.0\0",
    "1.5.0\x1b[2J",
    "\u202e0.5.1",
    "１.５.０",
    "",
    " ",
    "1.5.0" * 100,
)
PERMISSIVE = Runbook.model_validate(
    {
        "description": "as careless as a file can be",
        "check": ["printf", "%s,", "{any}"],
        "apply": ["printf", "%s,", "{any}", "{key}"],
        "verify": ["printf", "%s,", "{any}"],
        "undo": ["printf", "%s,", "{any}", "{key}", "{undoes}"],
        "arguments": {"any": {"pattern": "(?s).*"}},
    }
)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_argument_is_refused(value: str) -> None:
    """The refusal names the argument, and does not repeat it."""
    with pytest.raises(ArgumentRefused, match=r"^version is not what is allowed there$"):
        UPGRADE.command(Phase.APPLY, {"service": "shop", "version": value}, OWN)


@pytest.mark.parametrize("value", ["-rf", "--key=mine", "a\nb", "a\0b", "\x1b[2J", "ä", "a" * 201, ""])
def test_no_pattern_allows_options_or_what_cannot_be_seen(value: str) -> None:
    """However careless the file is."""
    assert not PERMISSIVE.arguments["any"].allows(value)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=200))
def test_an_argument_is_one_word_for_a_shell(value: str) -> None:
    """Whatever printable text it is, a shell makes out exactly this word."""
    if value.startswith("-"):
        return
    command = PERMISSIVE.command(Phase.APPLY, {"any": value}, OWN)

    assert ["printf", "%s,", value, "k-1"] == shlex.split(command)


@pytest.mark.parametrize(
    "value", ["$(touch harm)", "`touch harm`", "; touch harm", "' ; touch harm '", "a b  c", "*"]
)
def test_a_real_shell_makes_out_the_same(value: str, tmp_path: Path) -> None:
    """`sh` runs nothing of it, and hands it on unchanged."""
    command = PERMISSIVE.command(Phase.CHECK, {"any": value}, OWN)
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert f"{value}," == done.stdout
    assert [] == list(tmp_path.iterdir())


def test_a_command_is_the_runbooks_words() -> None:
    """With the arguments in their places, and what only the step knows."""
    asked = {"service": "shop", "version": "1.5.0"}

    assert (
        "svcctl roll-back shop 1.5.0 --key k-1 --undoes k-0 --flow server-automation-C-1"
        == UPGRADE.command(Phase.UNDO, asked, OWN)
    )


@pytest.mark.parametrize(
    "asked", [{"service": "shop"}, {"service": "shop", "version": "1.5.0", "force": "1"}]
)
def test_arguments_are_those_of_the_runbook(asked: dict[str, str]) -> None:
    """None is missing, and there is none too many."""
    with pytest.raises(ArgumentRefused):
        UPGRADE.command(Phase.APPLY, asked, OWN)


@pytest.mark.parametrize(
    ("value", "fits"), [("1", True), ("60", True), ("0", False), ("61", False), ("1e1", False), ("01", False)]
)
def test_an_integer_has_its_bounds(value: str, fits: bool) -> None:  # noqa: FBT001 - a row of the table
    """And is written as one."""
    assert fits is Argument(type="integer", at_least=1, at_most=60).allows(value)


GOOD = """
[runbooks.upgrade]
description = "x"
check = ["c"]
apply = ["a", "{version}", "{key}"]
verify = ["v"]
undo = ["u", "{key}", "{undoes}"]
[runbooks.upgrade.arguments]
version = { pattern = '\\d' }
"""


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('["c"]', '"c; reboot"', "runbooks.upgrade.check"),
        ('["c"]', '["sh", "-c", "reboot now"]', "each word is plain, or one argument as a whole"),
        ('["c"]', '["c", "--version={version}"]', "each word is plain, or one argument as a whole"),
        ('["c"]', '["{version}"]', "begins with the name of a program"),
        ('"{version}", "{key}"', '"{release}", "{key}"', "`apply` has {release}, which is no argument"),
        (', "{key}"]\nverify', "]\nverify", "`apply` needs {key}"),
        (', "{undoes}"', "", "`undo` needs {key} and {undoes}"),
        ("pattern = '\\d'", "", "a text needs either `pattern` or `one_of`"),
        ("pattern = '\\d'", "pattern = '('", "is no regular expression"),
        ('description = "x"', 'descripton = "x"', "runbooks.upgrade.d"),
        ("[runbooks.upgrade]", "[runbooks.upgrade", "is no TOML"),
    ],
)
def test_a_wrong_file_is_one_line(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    """It names the file and the place."""
    file = tmp_path / "runbooks.toml"
    file.write_text(GOOD)
    read_typed(file, Runbooks)
    assert right in GOOD
    file.write_text(GOOD.replace(right, wrong))
    with pytest.raises(FileInvalid) as invalid:
        read_typed(file, Runbooks)

    assert told in str(invalid.value)
    assert str(invalid.value).startswith(str(file))
    assert "\n" not in str(invalid.value)

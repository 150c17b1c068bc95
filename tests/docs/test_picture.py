"""The picture in the README is what a terminal shows of the demo that there is."""

import re

from demo.stories.order import STORIES
from tests.docs.markdown import ROOT
from tests.docs.picture import sections
from tests.docs.terminal import shown

RED, PLAIN = "\x1b[31m", "\x1b[0m"


def test_it_is_of_this_demo() -> None:
    """The stories that it shows are still told so; `python -m tests.docs.picture` draws it again."""
    picture = (ROOT / "docs" / "demo.svg").read_text()
    words = re.sub(r"<[^>]+>", "", picture).replace("&#160;", " ")

    for story in (STORIES[2], STORIES[5]):
        assert story.title in words
        assert story.before in words


def test_it_fetches_nothing() -> None:
    """No font and no style comes from elsewhere: a picture in a page could not load them."""
    picture = (ROOT / "docs" / "demo.svg").read_text()

    assert ["http://www.w3.org/2000/svg"] == re.findall(r"https?://[^\"'\s]+(?=[\"'])", picture)


def test_what_was_overwritten_is_gone() -> None:
    """Lines that the program went back to and erased show what it wrote there last, in its colours."""
    written = f"head\r\none\r\ntwo\x1b[?25l\r\x1b[2K\x1b[1A\x1b[2K{RED}new{PLAIN}\r\nlast  \x1b[?25h\r\n"

    assert ["head", f"{RED}new{PLAIN}", "last", ""] == shown(written)


def test_only_some_parts_are_drawn() -> None:
    """A part begins as one of those that are wanted, and ends at an empty line."""
    lines = ["durable-sagas: six", "up", "", "1  first", "it", "", f"{RED}3{PLAIN}  third", "it", ""]

    assert [["durable-sagas: six", "up"], [f"{RED}3{PLAIN}  third", "it"]] == list(sections(lines))

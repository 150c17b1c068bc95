"""What strangers may write into expressions, criteria and payloads, and that none of it runs away or gets out."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from elementpath import XPath1Parser, XPath2Parser
from elementpath.xpath30 import XPath30Parser
from elementpath.xpath31 import XPath31Parser
from pydantic import JsonValue

from arazzo.expression_error import ExpressionError
from arazzo.json_paths import compile_path
from arazzo.limits import Limits
from arazzo.regexes import compile_regex
from arazzo.xml_text import parse_xml, write_xml
from arazzo.xpath_metering import REFUSED
from arazzo.xpaths import compile_xpath
from tests.arazzo.evaluating import judged

ROOT = Path(__file__).parents[2]
FLAT_XML = "<r>" + "<a/>" * 20_000 + "</r>"
FLAT_JSON: JsonValue = json.loads(json.dumps([{"a": [0] * 50, "b": [0] * 50}] * 300))

FEW_STEPS = Limits(selector_steps=10_000)


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
@pytest.mark.parametrize("kind", ["regex", "jsonpath", "xpath"])
def test_no_regex_runs_away(pattern: str, kind: str) -> None:
    """Patterns that take others forever take a time that is linear in the text, also inside JSONPath and XPath."""
    text = "a" * 5000 + "!"
    forms: dict[str, tuple[str, JsonValue]] = {
        "regex": (pattern, text),
        "jsonpath": (f"$[?search(@, '{pattern}')]", [text]),
        "xpath": (f"matches(., '{pattern}')", f"<a>{text}</a>"),
    }
    condition, body = forms[kind]

    assert not judged(condition, kind, body).holds


@pytest.mark.arazzo("D22")
def test_no_regex_takes_the_memory() -> None:
    """Counted repetitions within each other are refused, and so is what is too long."""
    for pattern in ("((a{100}){100}){100}", "a" * 2000, "\\pL{300}"):
        with pytest.raises(ExpressionError):
            compile_regex(pattern)


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "path",
    [
        "$..[*,*,*]..[*,*,*]..[*,*,*]",
        "$..[?count($..*) > 0]",
        "$..[?$..[?$..[?@ == 1]]]",
        "$[?@.a == @.b]",
        "$[?count(@..*) > 1000]",
        "$[" + ",".join(["*"] * 900) + "][*][*]",
    ],
)
def test_no_jsonpath_runs_away(path: str) -> None:
    """A query is stopped after so many values, whatever it looks for."""
    with pytest.raises(ExpressionError):
        compile_path(path).nodes(FLAT_JSON, FEW_STEPS)


@pytest.mark.arazzo("D22")
def test_a_jsonpath_finds_so_many_values_at_most() -> None:
    """The result has a limit of its own."""
    with pytest.raises(ExpressionError, match="more than 10 values"):
        compile_path("$[*]").nodes(list(range(11)), Limits(result_nodes=10))
    assert 10 == len(compile_path("$[*]").nodes(list(range(10)), Limits(result_nodes=10)))


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "path",
    [
        "count(1 to 1000000000)",
        "reverse(1 to 100000000)[1]",
        "sum(for $i in 1 to 10000, $j in 1 to 10000 return 1)",
        "fold-left(1 to 60, 'aa', function($a, $b) {concat($a, $a)})",
        "fold-left(1 to 60, 3, function($a, $b) {$a * $a})",
        "let $f := function($f) {$f($f)} return $f($f)",
        "math:pow(10, 100000000)",
        "round-half-to-even(12345, -999999999)",
        "//*[//*[//*]]",
        "//*[string(/) = 'q']",
        "//*[preceding::x]",
        "//* = //*/@x or //* != //*",
        "distinct-values((1 to 100000))",
        "//*[deep-equal(/, /)]",
        "fold-left(1 to 50000, [], function($a, $b) {array:append($a, $b)})",
        "(" * 3000 + "1" + ")" * 3000,
        "compare('a', 'b', 'http://www.w3.org/2013/collation/UCA?lang=de')",
    ],
)
def test_no_xpath_runs_away(path: str) -> None:
    """An XPath is stopped after so many steps, before it takes the memory or the time that it asks for."""
    document = parse_xml(FLAT_XML)

    with pytest.raises(ExpressionError):
        compile_xpath(path, limits=FEW_STEPS).values(document, FEW_STEPS)


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "path",
    [
        "distinct-values(1 to 500)",
        "//*[string(/) = 'q']",
        "//*[string(/r) = 'q']",
        "//*[/r = 'q']",
        "//a[deep-equal(/r, .)]",
    ],
)
def test_what_is_done_in_one_go_has_its_price(path: str) -> None:
    """What goes through many values inside of one function costs as many steps."""
    document = parse_xml("<r>" + "<a/>" * 300 + "</r>")

    with pytest.raises(ExpressionError, match="costs more"):
        compile_xpath(path, limits=FEW_STEPS).values(document, FEW_STEPS)
    assert 300 == len(compile_xpath("//a[string(.) = '']").values(document, FEW_STEPS))


@pytest.mark.arazzo("D22")
def test_a_range_is_paid_for_before_it_is_made() -> None:
    """The memory that it would take is never taken."""
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError, match="costs more"):
            compile_xpath("count(1 to 2000000)")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.arazzo("D22")
def test_what_is_asked_for_in_earnest_has_steps_enough() -> None:
    """The limit is far from what real queries over large answers take."""
    assert [20_000] == compile_xpath("count(//a)").values(parse_xml(FLAT_XML))
    assert 300 == len(compile_path("$[?@.a == @.b]").nodes(FLAT_JSON))
    assert 600 == len(compile_path("$[*][*]").nodes(FLAT_JSON, FEW_STEPS))


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_functions_that_read_the_world_are_not_there(name: str) -> None:
    """By no name: plain, with a prefix, with a namespace, by reference, or handed on."""
    full = f"Q{{http://www.w3.org/2005/xpath-functions}}{name}"
    for form in (
        f"{name}('a')",
        f"fn:{name}('a')",
        f"{full}('a')",
        f"fn:{name}#1",
        f"'a' => {name}()",
        f"{name}()",
    ):
        with pytest.raises(ExpressionError):
            compile_xpath(form)


@pytest.mark.arazzo("D22", "F7")
def test_all_functions_of_the_library_were_looked_at() -> None:
    """A version of the library with other functions is a decision: what it may do is looked at first."""
    parsers = (XPath1Parser, XPath2Parser, XPath30Parser, XPath31Parser)

    assert [27, 156, 215, 280] == [
        sum("function" in str(token.label) for token in parser.symbol_table.values()) for parser in parsers
    ]


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "<!DOCTYPE a><a/>",
        "<a>&undefined;</a>",
        "<a>" * 65 + "</a>" * 65,
        "<a>" + "<b/>" * 100_000 + "</a>",
        "",
        "<a/><b/>",
        "\x00<a/>",
        "<a>\ud800</a>",
    ],
)
def test_xml_that_would_do_more_than_say_something_is_refused(text: str) -> None:
    """No document types, entities, files or networks; no depth or size beyond the limits."""
    with pytest.raises(ExpressionError):
        parse_xml(text)


@pytest.mark.parametrize(
    "text",
    [
        "<a></a>",
        '<a b="&lt;&quot;">&amp;x<c></c>tail</a>',
        '<p:a xmlns:p="u" xmlns="v" p:x="1"><b></b></p:a>',
        '<a><b xmlns="u"><c xmlns=""></c></b></a>',
        '<a xmlns="u" xmlns:p="u" p:x="1"><b></b></a>',
        '<a xml:lang="en"></a>',
        '<a><p:b xmlns:p="u"></p:b><p:c xmlns:p="v"></p:c></a>',
    ],
)
def test_xml_is_written_as_it_means(text: str) -> None:
    """What is written reads the same again: names with their namespaces, attributes, texts."""
    document = parse_xml(text)
    again = parse_xml(write_xml(document))

    assert [(e.tag, e.attrib, e.text, e.tail) for e in document.root.iter()] == [
        (e.tag, e.attrib, e.text, e.tail) for e in again.root.iter()
    ]


def test_importing_does_nothing_else() -> None:
    """Modules of the library open no file or socket and start no thread by being imported, beyond Python's own reading."""
    program = (
        "import sys, threading\n"
        "import re2, jsonpath, elementpath, elementpath.xpath31, defusedxml.ElementTree, pydantic\n"
        "seen = []\n"
        "sys.addaudithook(lambda name, _: seen.append(name) if name.startswith('socket.') else None)\n"
        "import arazzo.criteria, arazzo.replacements\n"
        "print(seen, threading.active_count())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert "[] 1" == done.stdout.strip()

"""Rules of expressions that have more cases than a table: round trips, and that only the one error is ever raised.

A longer run by hand: `pytest tests/arazzo/test_expression_properties.py --hypothesis-profile=long`.
"""

import json
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from arazzo.context import Context, Message, Request, Response, SourceValues, WorkflowValues
from arazzo.criteria import Verdict, judge
from arazzo.elements import Replacement
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from arazzo.expressions import EXCHANGES, Expression, Source, looks_like_expression
from arazzo.grammar import parse
from arazzo.json_pointers import parse_pointer, print_pointer
from arazzo.limits import Limits
from arazzo.rendering import render
from arazzo.replacements import put, replace
from arazzo.selectors import select
from arazzo.templates import render_text
from arazzo.xml_text import parse_xml, write_xml
from tests.arazzo.evaluating import criterion, selector

FEW = Limits(selector_steps=5_000, result_nodes=2_000, result_bytes=20_000)
NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,8}", fullmatch=True)
STRICT_NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
TOKENS = st.from_regex(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}", fullmatch=True)
POINTERS = st.lists(
    st.text(st.characters(exclude_characters="{}", exclude_categories=()), max_size=6), max_size=4
).map(tuple)
FREE_NAMES = st.text(max_size=8)

EXPRESSIONS = st.one_of(
    st.builds(Expression, st.sampled_from([Source.URL, Source.METHOD, Source.STATUS_CODE, Source.SELF])),
    st.builds(
        Expression,
        st.sampled_from([Source.REQUEST, Source.RESPONSE, Source.MESSAGE]),
        part=st.just("header"),
        name=TOKENS,
    ),
    st.builds(
        Expression,
        st.sampled_from([Source.REQUEST, Source.RESPONSE, Source.MESSAGE]),
        part=st.sampled_from(["query", "path"]),
        name=FREE_NAMES,
    ),
    st.builds(
        Expression,
        st.sampled_from(sorted(EXCHANGES)),
        part=st.just("payload"),
        pointer=POINTERS,
    ),
    st.builds(Expression, st.sampled_from([Source.INPUTS, Source.OUTPUTS]), name=NAMES, pointer=POINTERS),
    st.builds(Expression, st.just(Source.STEPS), owner=STRICT_NAMES, name=NAMES, pointer=POINTERS),
    st.builds(
        Expression,
        st.just(Source.WORKFLOWS),
        owner=STRICT_NAMES,
        part=st.sampled_from(["inputs", "outputs"]),
        name=NAMES,
        pointer=POINTERS,
    ),
    st.builds(
        Expression, st.just(Source.SOURCE_DESCRIPTIONS), owner=STRICT_NAMES, name=FREE_NAMES.filter(bool)
    ),
    st.builds(
        Expression,
        st.just(Source.COMPONENTS),
        part=st.sampled_from(["parameters", "successActions", "failureActions"]),
        name=NAMES,
    ),
)
MODES = st.sampled_from(["strict", "compat"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | NAMES, inner, max_size=4)
    ),
    max_leaves=6,
)
PLACES = st.sampled_from([
    "$response.body", "$inputs.a", "$inputs.a.b", "$steps.s.outputs.o", "$message.payload", "$request.body",
    "$workflows.w.outputs.o", "$outputs.a", "$components.parameters.p", "$sourceDescriptions.d.url",
    "$response.header.x", "$request.query.q", "$statusCode", "$url", "$self", "$interaction.payload", "$body",
])  # fmt: skip
SCRAPS = st.sampled_from([
    "#/", "#/a", "#/a/0", ".a", "[0]", "['a']", ".", "#", "[", "]", "(", ")", "!", "&&", "||", "==", "!=", "<", "<=", ">",
    "'", '"', "''", "'a'", "1", "-1.5e3", "true", "null", " ", "\n", "{", "}", "{$", "$", "$.a", "$..*", "$[?@.a==1]", "@",
    "*", "+", "(a+)+", "(?=", "(?!", "\\", "^", "/", "//", "//a", "/a/@b", "count(", "<a b='c'>x</a>", "<", "&amp;",
    "~1", "~", "a", "Ω", "\ud800", "\x00", "1 to 9", "for $x in ", " return ", "function($x){$x}", "map{", "?*",
])  # fmt: skip
TEXTS = st.lists(PLACES | SCRAPS | st.text(max_size=4), max_size=10).map("".join)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Anything that may be known, with names that the expressions of these tests ask for."""
    named = st.dictionaries(st.sampled_from(["a", "a.b", "o", "b"]), JSON, max_size=3)
    headers = st.dictionaries(st.sampled_from(["X", "x", "y"]), st.text(max_size=5), max_size=2)
    body = JSON | st.sampled_from(["<a b='c'><a>x</a>1</a>", "<a", "", "\ud800"])
    return Context(
        inputs=draw(named),
        outputs=draw(named),
        steps={"s": draw(named)},
        workflows={"w": WorkflowValues(draw(named), draw(named))},
        sources={"d": SourceValues(draw(named), {"a"})},
        components={"parameters": draw(named)},
        request=draw(
            st.none() | st.builds(Request, st.just("GET"), st.text(max_size=4), headers, named, named, body)
        ),
        response=draw(st.none() | st.builds(Response, st.integers(100, 599), headers, body)),
        message=draw(st.none() | st.builds(Message, headers, body)),
        interaction=draw(JSON),
        lenient=draw(st.booleans()),
        version=draw(st.sampled_from(["1.0", "1.1"])),
        limits=FEW,
    )


@pytest.mark.arazzo("F9", "F10")
@settings(deadline=None)
@given(EXPRESSIONS)
@example(Expression(Source.REQUEST, part="query", name='\ud83d\udc36"\\{}\x00/'))
@example(Expression(Source.SOURCE_DESCRIPTIONS, owner="a", name="\ud800"))
def test_every_expression_is_read_as_it_was_written(expression: Expression) -> None:
    """Printing any expression of the grammar and reading it in strict gives the same, with nothing to report."""
    read = parse(str(expression))

    assert expression == read
    assert () == read.departures
    assert looks_like_expression(str(expression))


@pytest.mark.arazzo("F9", "D21")
@settings(deadline=None)
@given(TEXTS, MODES, st.sampled_from(["1.0", "1.1"]), st.sampled_from(["whole", "operand"]))
def test_what_is_read_is_written_so_that_it_means_the_same(
    text: str, mode: str, version: str, place: str
) -> None:
    """Whatever text is taken at all, in any mode, its canonical form is taken, too, and is the same expression."""
    lenient = mode == "compat"
    try:
        expression = parse(text, lenient=lenient, version=version, operand=place == "operand")
    except ExpressionError:
        return

    assert expression == parse(str(expression), lenient=lenient, version=version)
    assert lenient or () == expression.departures


@given(st.lists(st.text(max_size=6), max_size=5).map(tuple))
def test_every_pointer_is_read_as_it_was_written(tokens: tuple[str, ...]) -> None:
    """RFC 6901, with any characters."""
    assert tokens == parse_pointer(print_pointer(tokens))


@pytest.mark.arazzo("D16", "D22")
@settings(deadline=None)
@given(TEXTS, contexts())
def test_evaluating_raises_nothing_but_its_error(text: str, context: Context) -> None:
    """Random texts over random values: a value that JSON can say, or `ExpressionError`."""
    for attempt in (evaluate, render_text, _rendered_inside):
        try:
            value = attempt(text, context)
        except ExpressionError:
            continue
        json.dumps(value)


def _rendered_inside(text: str, context: Context) -> JsonValue:
    return render({"a": [text]}, context, selectors=True)


@pytest.mark.arazzo("F6", "D22")
@settings(deadline=None)
@given(
    TEXTS,
    st.sampled_from(["simple", "regex", "jsonpath", "xpath", "jsonpointer"]),
    st.none() | PLACES,
    contexts(),
)
def test_criteria_never_raise(text: str, kind: str, place: str | None, context: Context) -> None:
    """Random conditions of all types over random values are judged, and a failed one says why."""
    verdict = judge(criterion(text, kind, place), context)

    assert isinstance(verdict, Verdict)
    assert verdict.holds or verdict.why


@pytest.mark.arazzo("F8", "C10", "D22")
@settings(deadline=None)
@given(TEXTS, PLACES, st.sampled_from(["jsonpath", "xpath", "jsonpointer"]), contexts(), JSON)
def test_selecting_and_replacing_raise_nothing_but_their_error(
    text: str, place: str, kind: str, context: Context, payload: JsonValue
) -> None:
    """Random selectors and targets give what JSON can say, or `ExpressionError`, and leave the payload as it was."""
    before = json.dumps(payload)
    try:
        json.dumps(select(selector(place, text, kind), context))
        replacement = Replacement(target=text, value=place, type=selector("", "", kind).type)
        json.dumps(replace(payload, [replacement], context))
    except ExpressionError:
        pass

    assert before == json.dumps(payload)


@pytest.mark.arazzo("C10")
@given(JSON, st.lists(st.sampled_from(["a", "b", "0", "-"]), max_size=4).map(tuple), JSON)
def test_what_was_put_is_there(whole: JsonValue, tokens: tuple[str, ...], value: JsonValue) -> None:
    """After putting a value at a pointer, following the pointer gives it, and putting it again changes nothing."""
    try:
        changed = put(whole, tokens, value)
    except ExpressionError:
        return
    context = Context(inputs={"x": changed})

    if "-" not in tokens:
        assert value == evaluate(f"$inputs.x#{print_pointer(tokens)}", context)
        assert changed == put(changed, tokens, value)


Tree = tuple[str, str | None, Sequence["Tree"]]
XML_NAMES = st.sampled_from(["a", "b", "{u}a", "{v}b"])
XML_TEXTS = st.none() | st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")), max_size=5
)
XML_TREES = st.recursive(
    st.tuples(XML_NAMES, XML_TEXTS, st.just(())),
    lambda inner: st.tuples(XML_NAMES, XML_TEXTS, st.lists(inner, max_size=3)),
)


@settings(deadline=None)
@given(XML_TREES)
def test_xml_is_written_as_it_was_meant(tree: Tree) -> None:
    """Any tree of elements is the same after writing and reading."""
    text = _written(tree)
    again = parse_xml(write_xml(parse_xml(text)))

    assert [(e.tag, e.text or "") for e in parse_xml(text).root.iter()] == [
        (e.tag, e.text or "") for e in again.root.iter()
    ]


def _written(tree: Tree) -> str:
    """XML of a tree, with namespaces in the clumsiest way."""
    name, text, children = tree
    uri, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    escaped = (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<{local} xmlns="{uri}">{escaped}{"".join(_written(child) for child in children)}</{local}>'

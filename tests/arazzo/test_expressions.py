"""Runtime expressions as they are written: the grammars of 1.0 and 1.1, and the forms beside them."""

import pytest

from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source, looks_like_expression
from arazzo.grammar import parse
from arazzo.json_pointers import parse_pointer, print_pointer
from arazzo.limits import Limits


@pytest.mark.arazzo("F9", "F10")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$url", Expression(Source.URL)),
        ("$method", Expression(Source.METHOD)),
        ("$statusCode", Expression(Source.STATUS_CODE)),
        ("$self", Expression(Source.SELF)),
        ("$request.header.accept", Expression(Source.REQUEST, part="header", name="accept")),
        ("$request.header.X-A.b", Expression(Source.REQUEST, part="header", name="X-A.b")),
        ("$request.query.a b", Expression(Source.REQUEST, part="query", name="a b")),
        ("$request.query.", Expression(Source.REQUEST, part="query", name="")),
        (r"$request.query.\ud83d\udc36\n", Expression(Source.REQUEST, part="query", name="\U0001f436\n")),
        (r"$request.path.\"\u007bid\u007d", Expression(Source.REQUEST, part="path", name='"{id}')),
        ("$request.body#/user/uuid", Expression(Source.REQUEST, part="body", pointer=("user", "uuid"))),
        ("$response.body", Expression(Source.RESPONSE, part="body")),
        ("$response.body#", Expression(Source.RESPONSE, part="body")),
        ("$response.body#/", Expression(Source.RESPONSE, part="body", pointer=("",))),
        ("$response.body#/a~1b/~0", Expression(Source.RESPONSE, part="body", pointer=("a/b", "~"))),
        ("$response.header.Server", Expression(Source.RESPONSE, part="header", name="Server")),
        ("$message.header.Server", Expression(Source.MESSAGE, part="header", name="Server")),
        ("$message.payload#/status", Expression(Source.MESSAGE, part="payload", pointer=("status",))),
        ("$inputs.a.b-c_d", Expression(Source.INPUTS, name="a.b-c_d")),
        ("$inputs.o#/k/0", Expression(Source.INPUTS, name="o", pointer=("k", "0"))),
        ("$outputs.bar", Expression(Source.OUTPUTS, name="bar")),
        ("$steps.a.outputs.b.c", Expression(Source.STEPS, owner="a", name="b.c")),
        (
            "$steps.a.outputs.pets#/0/id",
            Expression(Source.STEPS, owner="a", name="pets", pointer=("0", "id")),
        ),
        ("$workflows.foo.inputs.x", Expression(Source.WORKFLOWS, owner="foo", part="inputs", name="x")),
        (
            "$workflows.foo.outputs.x#/name",
            Expression(Source.WORKFLOWS, owner="foo", part="outputs", name="x", pointer=("name",)),
        ),
        (
            "$sourceDescriptions.shop.getPet",
            Expression(Source.SOURCE_DESCRIPTIONS, owner="shop", name="getPet"),
        ),
        (
            "$sourceDescriptions.shop.a.b#c",
            Expression(Source.SOURCE_DESCRIPTIONS, owner="shop", name="a.b#c"),
        ),
        ("$components.parameters.foo", Expression(Source.COMPONENTS, part="parameters", name="foo")),
        ("$components.successActions.a.b", Expression(Source.COMPONENTS, part="successActions", name="a.b")),
        ("$components.failureActions.f", Expression(Source.COMPONENTS, part="failureActions", name="f")),
        (
            "$interaction.payload#/approved",
            Expression(Source.INTERACTION, part="payload", pointer=("approved",)),
        ),
    ],
)
def test_the_strict_mode_reads_what_the_grammar_has(text: str, expected: Expression) -> None:
    """Each rule of the grammar of 1.1 is read, with nothing to report, and written again so that it means the same."""
    read = parse(text)

    assert expected == read
    assert () == read.departures
    assert read == parse(str(read))


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("$response.body.a.b", "$response.body#/a/b"),
        ("$response.body.items[0].id", "$response.body#/items/0/id"),
        ("$response.body.items.0", "$response.body#/items/0"),
        ("$response.body['a b']", "$response.body#/a b"),
        ('$message.payload["x"]', "$message.payload#/x"),
        ("$inputs.items[1]", "$inputs.items#/1"),
        ("$steps.login.token", "$steps.login.outputs.token"),
        ("$steps.login.outputs", "$steps.login.outputs"),
        ("$steps.Plan a Trip_0.outputs.x", "$steps.Plan a Trip_0.outputs.x"),
        ("$response.headers.Location", "$response.header.Location"),
        ("$body.score", "$response.body#/score"),
        ("$inputs", "$inputs"),
        ("$workflows.foo.outputs", "$workflows.foo.outputs"),
        ("$statusCode ", "$statusCode"),
        ("$response.body#/a{b}", "$response.body#/a{b}"),
        ('$request.query."', '$request.query.\\"'),
    ],
)
def test_other_forms_are_read_in_compat_and_reported(text: str, canonical: str) -> None:
    """What real documents write beside the grammar is refused in strict, and in compat read and reported."""
    with pytest.raises(ExpressionError):
        parse(text)
    read = parse(text, lenient=True)

    assert canonical == str(read)
    assert read.departures
    assert read == parse(canonical, lenient=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "url",
        "$",
        "$unknown.x",
        "$urls",
        "$url.x",
        "$statusCode == 200",
        "$request",
        "$request.cookie.x",
        "$request.header",
        "$request.header.",
        "$request.header.a b",
        "$response.bodyx",
        "$response.body/x",
        "$response.body#x",
        "$response.body#/~2",
        "$response.body#/a~",
        "$inputs.",
        "$steps.a",
        "$steps..outputs.x",
        "$steps.a.outputs.",
        "$workflows.a.steps.b",
        "$sourceDescriptions.shop",
        "$sourceDescriptions.shop.",
        "$components.inputs.x",
        "$components.parameters.",
        "$components.parameters.a b",
        "$interaction.body",
        "$inputs.a[b]",
    ],
)
def test_what_is_no_expression_is_refused_in_both_modes(text: str) -> None:
    """Nothing is guessed: what neither the grammar nor the compat forms have is refused, with the one error."""
    for lenient in (False, True):
        with pytest.raises(ExpressionError):
            parse(text, lenient=lenient)


@pytest.mark.arazzo("F9")
def test_versions_differ() -> None:
    """1.0 knows no messages and no `$self`, and puts no limit on the characters of names; 1.1 the other way round."""
    for text in ("$self", "$message.payload", "$request.payload"):
        with pytest.raises(ExpressionError):
            parse(text, version="1.0")
    with pytest.raises(ExpressionError):
        parse("$steps.Plan a Trip.outputs.a result")

    assert "a result" == parse("$steps.Plan a Trip.outputs.a result", version="1.0").name
    assert ("{id}",) == parse("$response.body#/{id}", version="1.0").pointer


@pytest.mark.parametrize(
    ("text", "expected"), [("$inputs.a", True), ("$self", True), ("$inputs", True), ("$5", False)]
)
def test_constants_that_begin_with_a_dollar_are_no_expressions(text: str, expected: bool) -> None:  # noqa: FBT001
    """A value that begins with a dollar is an expression only where it begins as one."""
    assert expected is looks_like_expression(text)
    assert not looks_like_expression("$.items[0]")
    assert not looks_like_expression("$inputsomething")


def test_an_expression_has_a_length() -> None:
    """Longer than the limit is refused before it is read."""
    with pytest.raises(ExpressionError, match="too long"):
        parse("$inputs." + "a" * 100, limits=Limits(expression_length=100))


@pytest.mark.parametrize("text", ["", "/", "/a/0/~1/~0", "//", "/ä b", "/~01"])
def test_pointers_are_written_as_they_were_read(text: str) -> None:
    """RFC 6901: escapes and empty tokens survive, and `~01` is a tilde and a one."""
    assert ("~1",) == parse_pointer("/~01")
    assert text == print_pointer(parse_pointer(text))

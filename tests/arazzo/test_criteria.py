"""Criteria of all four types, and that none of them ever raises."""

import pytest
from pydantic import JsonValue

from arazzo.criteria import judge, judge_all
from arazzo.elements import Criterion
from tests.arazzo.evaluating import COMPAT, CONTEXT, answered, criterion, judged

XML = '<?xml version="1.0"?><s:e xmlns:s="urn:s"><p n="1">3</p><p/><s:total>12.5</s:total></s:e>'


@pytest.mark.arazzo("F1")
def test_simple_is_the_default_and_takes_no_context() -> None:
    """A condition alone is a simple one; the other types need a context."""
    assert judge(Criterion(condition="$statusCode == 200"), CONTEXT).holds
    for kind in ("regex", "jsonpath", "xpath"):
        assert "needs a context" in judge(criterion("x", kind), CONTEXT).why


@pytest.mark.arazzo("F5")
@pytest.mark.parametrize(
    ("condition", "body", "expected"),
    [
        ("^2\\d{2}$", 204, True),
        ("^2\\d{2}$", 404, False),
        ("vail", "available", True),
        ("^vail", "available", False),
        ("(?i)ACCESS_TOKEN", {"access_token": 1}, True),
        ("^true$", True, True),
        ("^$", "", True),
        ("a$", "a\n", False),
        (".", None, False),
    ],
)
def test_a_regex_matches_the_text_of_its_context(condition: str, body: JsonValue, expected: bool) -> None:  # noqa: FBT001
    """It may match anywhere, unless anchored; numbers and structures are their JSON; null fails."""
    assert expected is judged(condition, "regex", body).holds


@pytest.mark.arazzo("F5")
@pytest.mark.parametrize(
    ("condition", "body", "expected"),
    [
        ("$[?@.kind == 'cat']", [{"kind": "dog"}, {"kind": "cat"}], True),
        ("$[?@.kind == 'cow']", [{"kind": "dog"}], False),
        ("$.pets[*]", {"pets": [1]}, True),
        ("$.pets[*]", {"pets": []}, False),
        ("$.a", {"a": None}, True),
        ("$", "a text", True),
        ("$.a", "a text", False),
        ("$..id", {"x": [{"id": 1}]}, True),
        ("$[?match(@.d, '1974-05-..')]", [{"d": "1974-05-11"}], True),
        ("$[?search(@.d, '[(')]", [{"d": "1974"}], False),
        ("$", None, False),
    ],
)
def test_a_jsonpath_passes_when_it_finds_a_node(condition: str, body: JsonValue, expected: bool) -> None:  # noqa: FBT001
    """RFC 9535: a node passes, be its value null; no node fails; a context that is null fails."""
    assert expected is judged(condition, "jsonpath", body).holds


@pytest.mark.arazzo("D15", "F5")
def test_an_object_in_which_nothing_is_found_is_asked_as_an_element() -> None:
    """The text's own example holds on an object, is noted, and arrays are judged as RFC 9535 says."""
    verdict = judged("$[?count(@.pets) > 0]", "jsonpath", {"pets": [1, 2]})

    assert verdict.holds
    assert "D15" in verdict.notes[0]
    assert not judged("$[?count(@.pets) > 0]", "jsonpath", []).holds
    assert not judged("$[?@[0] == 1]", "jsonpath", [1]).holds
    assert () == judged("$.pets", "jsonpath", {"pets": 1}).notes


@pytest.mark.arazzo("F5", "F7")
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("count(//p) > 1", True),
        ("//p", True),
        ("//q", False),
        ("/s:e/s:total = 12.5", True),
        ("3 = //p[1]", True),
        ("//p[1] != 3", False),
        ("//p[1] = '3'", True),
        ("/s:e/total", False),
        ("string(//p[2])", False),
        ("string(//p[1])", True),
        ("count(//q)", False),
        ("count(//p)", True),
        ("//p/@n", True),
        ("number('x')", False),
    ],
)
@pytest.mark.parametrize("version", ["", "xpath-31", "xpath-30", "xpath-20", "xpath-10"])
def test_an_xpath_passes_by_its_effective_boolean_value(condition: str, expected: bool, version: str) -> None:  # noqa: FBT001
    """Booleans, numbers, texts and nodes, in each version; prefixes are the document's."""
    assert expected is judged(condition, "xpath", XML, version=version).holds


@pytest.mark.arazzo("F7")
def test_each_version_is_its_own_language() -> None:
    """What a later version brought, an earlier one does not know; the default is 3.1."""
    conditions = ["count(//p) = 2", "exists(//p)", "let $n := count(//p) return $n = 2", "map{'a': true()}?a"]
    versions = ["xpath-10", "xpath-20", "xpath-30", "xpath-31"]
    known = [[judged(c, "xpath", XML, version=v).holds for c in conditions] for v in versions]

    assert [[number <= row for number in range(4)] for row in range(4)] == known
    assert judged(conditions[3], "xpath", XML).holds
    assert "there is no XPath" in judged("//p", "xpath", XML, version="xpath-40").why


@pytest.mark.arazzo("F7")
def test_both_versions_of_jsonpath_are_known() -> None:
    """The older draft takes forms that RFC 9535 does not, and no other version is made up."""
    body: JsonValue = {"a": [{"b": 1}]}

    assert judged("$.a[?(@.b == 1)]", "jsonpath", body, version="rfc9535").holds
    assert judged("a[?(@.b == 1)]", "jsonpath", body, version="draft-goessner-dispatch-jsonpath-00").holds
    assert not judged("a[?(@.b == 1)]", "jsonpath", body, version="rfc9535").holds
    assert "there is no JSONPath" in judged("$.a", "jsonpath", body, version="2.0").why


@pytest.mark.arazzo("F4")
@pytest.mark.parametrize(
    ("condition", "kind", "body"),
    [
        ("^({$inputs.word})$", "regex", "abc"),
        ("$[?@.s == '{$inputs.word}']", "jsonpath", [{"s": "abc"}]),
        ("/r/i[. > {$inputs.least}]", "xpath", "<r><i>5</i></r>"),
        ("^\\d{{$inputs.least}}$", "regex", "1234"),
    ],
)
def test_embedded_expressions_are_put_in_first(condition: str, kind: str, body: JsonValue) -> None:
    """What is in braces becomes text before the condition is read; in simple conditions it is a value."""
    context = answered(body)
    context = type(context)(response=context.response, inputs={"word": "abc", "least": 4})

    assert judge(criterion(condition, kind, "$response.body"), context).holds


@pytest.mark.arazzo("F6")
@pytest.mark.parametrize(
    ("condition", "kind", "body"),
    [
        ("(", "regex", "a"),
        ("$[", "jsonpath", {}),
        ("count(", "xpath", "<a/>"),
        ("//p", "xpath", {"a": 1}),
        ("//p", "xpath", "no xml"),
        ("//p", "xpath", "<a>"),
        ("1 div 0", "xpath", "<a/>"),
        ("unknown()", "xpath", "<a/>"),
        ("/x:a", "xpath", "<a/>"),
        ("('a', 'b')", "xpath", "<a/>"),
        ("$.a", "jsonpath", None),
        ("{$inputs.}", "regex", "a"),
        ("\ud800", "regex", "\ud800"),
        ("a", "regex", "\ud800"),
        ("/a", "jsonpointer", {"a": 1}),
    ],
)
def test_what_cannot_be_judged_fails_and_says_why(condition: str, kind: str, body: JsonValue) -> None:
    """Syntax errors, a context of the wrong kind, errors on the way: it fails, and never raises."""
    verdict = judged(condition, kind, body)

    assert not verdict.holds
    assert verdict.why


@pytest.mark.arazzo("F6")
def test_a_context_that_is_no_expression_fails() -> None:
    """The context is an expression, too."""
    assert "no runtime expression" in judge(criterion("a", "regex", "body"), CONTEXT).why


@pytest.mark.arazzo("D21")
@pytest.mark.parametrize(
    ("condition", "kind", "body"),
    [
        ("/^AVAIL/i", "regex", "available"),
        ("^(?=.*\\d)(?!.*bad)[a-z0-9|]+$", "regex", "abc1"),
        ("$.status == 'accepted'", "jsonpath", {"status": "Accepted"}),
        ("$.token != null", "jsonpath", {"token": "x"}),
        ("$.count > 3", "jsonpath", {"count": 4}),
        ("$.ok == true", "jsonpath", {"ok": True}),
        ('$.status == "accepted"', "jsonpath", {"status": "accepted"}),
    ],
)
def test_other_dialects_are_judged_in_compat_and_noted(condition: str, kind: str, body: JsonValue) -> None:
    """Slashes, look-aheads at the beginning, comparisons outside of filters: refused in strict, noted in compat."""
    verdict = judged(condition, kind, body, lenient=True)

    assert verdict.holds
    assert verdict.notes
    assert not judged(condition, kind, body).holds


@pytest.mark.arazzo("D21", "D22")
@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^(?=.*\\d)(?=.*[a-z]).{3,}$", "ab1", True),
        ("^(?=.*\\d)(?=.*[a-z]).{3,}$", "abc", False),
        ("^(?!.*test).+$", "a test", False),
        ("^(?!a|b)", "c", True),
        ("^(?!a|b)", "bc", False),
        ("^(?=[)(]).", ")", True),
        ("^(?=\\)).", ")", True),
        ("$.", "$.", False),
    ],
)
def test_look_aheads_at_the_beginning_mean_what_they_say(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001
    """Each is a pattern of its own, that has to match or not to match from the beginning on."""
    assert expected is judged(pattern, "regex", text, lenient=True).holds


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize("pattern", ["(?<=a)b", "(a)\\1", "a(?=b)", "^(?=a)b|c", "^(?=a)*b", "(?=a", "^(?=a"])
def test_other_look_arounds_are_refused_in_both_modes(pattern: str) -> None:
    """What RE2 does not know, and is not look-aheads at the beginning, fails."""
    for lenient in (False, True):
        assert "no regular expression" in judged(pattern, "regex", "ab", lenient=lenient).why


@pytest.mark.arazzo("F6", "D4")
def test_the_reason_quotes_no_body() -> None:
    """Bodies and headers may hold secrets: the reason names what was asked, and of which type the answer was."""
    why = judge(criterion("$statusCode == 500 || $response.body#/status == $inputs.user"), CONTEXT).why

    assert "$statusCode is 200" in why
    assert "$response.body#/status is a text" in why
    assert "ada" not in why.replace("$inputs", "")
    assert "ada" not in judge(criterion("({$inputs.user}", "regex", "$response.body"), CONTEXT).why


@pytest.mark.arazzo("C12", "F6")
def test_all_criteria_have_to_hold() -> None:
    """Several criteria are a conjunction; the first that does not hold says why; none at all hold."""
    good, bad = criterion("$statusCode == 200"), criterion("$statusCode == 404")

    assert judge_all([good, good], CONTEXT).holds
    assert "404" in judge_all([good, bad, good], CONTEXT).why
    assert judge_all([], CONTEXT).holds


@pytest.mark.arazzo("D21")
def test_what_was_taken_leniently_is_noted_with_the_verdict() -> None:
    """The notes of simple conditions name the words."""
    verdict = judge_all([criterion("$response.header.Content-Type == application/json")], COMPAT)

    assert verdict.holds
    assert ("application/json is a text, and has no quotes around it",) == verdict.notes

"""What a text says: JSON and YAML alike, with lines, without surprises, within limits."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arazzo.limits import Limits
from arazzo.problems import Problem, Problems
from arazzo.source import read

SMALL = Limits(text_bytes=20_000, nodes=1_000, depth=20)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def value(text: str | bytes, limits: Limits = SMALL) -> Any:  # noqa: ANN401  any JSON value
    return read(text, uri="flow.yaml", limits=limits).value


def refusal(text: str | bytes, limits: Limits = SMALL, uri: str = "flow.yaml") -> Problem:
    with pytest.raises(Problems) as refused:
        read(text, uri=uri, limits=limits)
    return refused.value.problems[0]


@pytest.mark.arazzo("A1")
@given(json_values)
def test_json_is_read_as_the_standard_library_reads_it(content: Any) -> None:  # noqa: ANN401
    """Whatever can be said in JSON is read as it is meant, however it is laid out."""
    for layout in (None, 2):
        text = json.dumps(content, indent=layout)

        assert json.loads(text) == value(text)


@pytest.mark.arazzo("A1")
@given(st.dictionaries(texts, json_values, max_size=4))
def test_yaml_is_read_as_it_was_written(content: dict[str, Any]) -> None:
    """What a YAML writer puts down in quotes, or does not need to, comes back."""
    text = yaml.safe_dump(content, allow_unicode=True, default_style='"')

    assert content == value(text)


@pytest.mark.arazzo("A1")
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"),
        ("yes", "yes"),
        ("on", "on"),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("=", "="),
        ("~", None),
        ("", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("-7", -7),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("!!str 7", "7"),
        ("!!float 7", 7.0),
        ("'7'", "7"),
        ("! 7", "7"),
    ],
)
def test_a_plain_scalar_is_what_json_has(written: str, meant: Any) -> None:  # noqa: ANN401
    """No dates, no sexagesimals, no octal numbers, no `yes`: those are texts."""
    found = value(f"key: {written}\n")["key"]

    assert (meant, type(meant)) == (found, type(found))


@pytest.mark.arazzo("A1")
def test_names_of_fields_are_texts() -> None:
    """A status code as a key is no number, and `true` no boolean."""
    assert {"200": 1, "true": 2, "~": 3} == value("200: 1\ntrue: 2\n~: 3\n")


@pytest.mark.parametrize("text", ['{"a": 1,\n "b": [\n  {"c": 2}]}', "a: 1\nb:\n- c: 2\n"])
def test_every_value_knows_its_line(text: str) -> None:
    """JSON and YAML alike; where nothing stands, the line of what is around it."""
    source = read(text, uri="flow")

    assert [1, 2, 3, 3] == [
        source.line(path) for path in [("a",), ("b",), ("b", 0, "c"), ("b", 0, "nothing", "there")]
    ]


REFUSED: dict[str, tuple[str | bytes, str, int]] = {
    "a field twice": ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3),
    "a field twice, JSON": ('{"a": {"b": 1,\n"b": 2}}', "duplicate-key", 2),
    "a tag of YAML 1.1": ("a: !!timestamp 2026-01-31\n", "tag", 1),
    "a tag of Python": ("\na: !!python/object:os.system ls\n", "tag", 2),
    "a tag of a mapping": ("a: !!set {b}\n", "tag", 1),
    "a merge key": ("a:\n  <<: {b: 1}\n", "merge-key", 2),
    "a key that is a list": ("? [a]\n: 1\n", "key-not-scalar", 1),
    "a key that is an alias": ("a: &b c\n*b : 1\n", "key-not-scalar", 2),
    "two documents": ("--- 1\n--- 2\n", "several-documents", 2),
    "no document": ("", "empty", 1),
    "no number": ("a: .nan\n", "no-json-value", 1),
    "an infinite number": ("a: 1e999\n", "no-json-value", 1),
    "a number of many digits": ("a: " + "9" * 401 + "\n", "no-json-value", 1),
    "a fraction of many digits": ("a: 1." + "9" * 400 + "\n", "no-json-value", 1),
    "a boolean that is none": ("a: !!bool perhaps\n", "no-json-value", 1),
    "a null that is none": ("a: !!null 0\n", "no-json-value", 1),
    "an integer that is none": ("a: !!int 1.5\n", "no-json-value", 1),
    "a float that is none": ("a: !!float one\n", "no-json-value", 1),
    "no UTF-8": (b"a: 1\nb: \xff\n", "encoding", 2),
    "half a character": ("a: \ud800\n", "encoding", 1),
    "a tab": ("a:\n\tb: 1\n", "syntax", 2),
    "no YAML": ("a: b: c\n", "syntax", 1),
    "no JSON": ('{"a": 1,\n "b" "c"}', "syntax", 2),
    "an open text": ('{"a": "b', "syntax", 1),
    "an alias to nothing": ("a: *b\n", "alias", 1),
    "an alias in itself": ("a: &b [*b]\n", "alias", 1),
    "a long text": ("a" * 20_001, "too-large", 1),
    "many values": ("[" + "1," * 1_000 + "1]", "too-many-values", 1),
    "deep JSON": ("[" * 21, "too-deep", 1),
    "deep YAML": ("- " * 21 + "a", "too-deep", 1),
    "very deep JSON": ('{"a":' * 3_000, "too-deep", 1),
    "an alias too deep": (
        "a: &a " + "[" * 12 + "]" * 12 + "\nb: " + "[" * 12 + "*a" + "]" * 12,
        "too-deep",
        2,
    ),
}


@pytest.mark.arazzo("A1", "D22")
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_document_is_refused_with_its_line(case: str) -> None:
    """Nothing is guessed, cut or expanded beyond its limits."""
    text, rule, line = REFUSED[case]

    found = refusal(text)

    assert (rule, line) == (found.rule, found.line)


@pytest.mark.arazzo("D22")
@pytest.mark.parametrize(
    "text", ["[" + "1," * 998 + "1]", "[" * 20 + "]" * 20, "a" * 20_000, "'" + "ä" * 9_999 + "'", "9" * 400]
)
def test_what_is_within_the_limits_is_read(text: str) -> None:
    """To the last value, level, byte and digit."""
    assert value(text)


def test_a_problem_says_its_path() -> None:
    """Through names and places, as a JSON Pointer."""
    assert "/a~1b/1/c" == refusal("a/b:\n- 1\n- c: !!set {}\n").path
    assert "/a/1" == refusal('{"a": [1, x]}', uri="flow.json").path


@pytest.mark.arazzo("D22")
def test_a_bomb_of_aliases_is_refused() -> None:
    """Aliases count as often as they are used: a billion laughs are too many."""
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert "too-many-values" == refusal("\n".join(lines)).rule


def test_an_alias_stands_for_what_it_names() -> None:
    """Anchors are YAML, and may be used."""
    assert {"a": [1], "b": [1]} == value("a: &one [1]\nb: *one\n")


@pytest.mark.parametrize(
    ("text", "uri"),
    [('{"a": 1,}', "flow.json"), ('{"a": "\\ud800"}', "flow.json"), ('{"a": 1} x', "flow.json")],
)
def test_json_is_held_to_json_where_it_says_so(text: str, uri: str) -> None:
    """A file of JSON is not read as YAML's flow style."""
    assert "syntax" == refusal(text, uri=uri).rule


def test_a_brace_may_begin_yaml() -> None:
    """Flow style needs no quotes."""
    assert {"a": "b"} == value("{a: b}")


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    """There is one error, and it says where."""
    found: Sequence[Problem] = ()
    try:
        read(text, uri="flow.yaml", limits=SMALL)
    except Problems as refused:
        found = refused.problems

    assert all(problem.line >= 1 and problem.rule and problem.message for problem in found)

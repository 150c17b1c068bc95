"""Seals: the same value has the same one, only the key opens it, and what was sealed is hidden wherever it is said."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from models.sealing import KeyInvalid, Sealer, SealUnknown, new_key, veiled
from models.seals import SealForged, is_sealed, masked, masked_text, refuse_seals

KEY, OTHER = SecretStr(new_key()), SecretStr(new_key())
SEALER = Sealer([KEY])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_what_is_sealed_comes_back(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Any JSON, at any depth."""
    sealed = SEALER.seal(value)

    assert is_sealed(sealed)
    assert {"a": [value]} == SEALER.unseal_all({"a": [sealed]})
    assert {"a": ["***", 1]} == masked({"a": [sealed, 1]})


def test_the_same_value_has_the_same_seal() -> None:
    """So that the same input under the same id joins what runs; another key has others."""
    assert SEALER.seal({"a": 1, "b": 2}) == SEALER.seal({"b": 2, "a": 1})
    assert SEALER.seal("s3cret") != SEALER.seal("s3creu")
    assert SEALER.seal("s3cret") != Sealer([OTHER]).seal("s3cret")
    assert "s3cret" not in str(SEALER.seal("s3cret"))


def test_keys_are_rotated() -> None:
    """A new key comes first, and the old one goes on opening."""
    before = SEALER.seal("s3cret")
    rotated = Sealer([OTHER, KEY])

    assert "s3cret" == rotated.unseal_all(before)
    assert before != rotated.seal("s3cret")


@pytest.mark.parametrize(("end", "added"), [(-6, "AAAA=="), (12, ""), (None, "!")])
def test_a_seal_that_was_changed_does_not_open(end: int | None, added: str) -> None:
    """Not to another value either."""
    changed = str(SEALER.seal("s3cret")["$sealed"])[:end] + added

    with pytest.raises(SealUnknown, match="damaged"):
        SEALER.unseal_all({"$sealed": changed})


def test_a_seal_of_another_key_is_told() -> None:
    """By the names of the keys, which say nothing of them."""
    with pytest.raises(
        SealUnknown, match=r"a value is sealed with the key '[0-9a-f]{8}', and there is [0-9a-f]{8}$"
    ):
        Sealer([OTHER]).unseal_all(SEALER.seal("s3cret"))


@pytest.mark.parametrize("key", ["", "short", "größe", new_key()[:-8]], ids=["none", "short", "ascii", "cut"])
def test_what_is_no_key(key: str) -> None:
    """It is not repeated."""
    with pytest.raises(KeyInvalid, match=r"^expected a line that `starter.py arazzo key` has made$"):
        Sealer([SecretStr(key)])


def test_a_seal_from_outside_is_refused() -> None:
    """A stranger who has read a history could have us open what stands there."""
    with pytest.raises(SealForged, match=r"the input has '\$sealed' in it"):
        refuse_seals({"a": [SEALER.seal("s3cret")]}, "the input")
    refuse_seals({"a": ["s3cret"], "$sealed": 1}, "the input")


def test_a_seal_in_a_text_is_masked() -> None:
    """As questions to people have values in them: as JSON, also within another value."""
    sealed = SEALER.seal("s3cret")

    assert 'is *** and {"a": ***, "$sealed": 1}?' == masked_text(
        f'is {json.dumps(sealed)} and {{"a": {json.dumps(sealed)}, "$sealed": 1}}?'
    )


def test_secrets_are_found_in_what_a_service_says() -> None:
    """A text with one in it is sealed as a whole; the rest stays."""
    secrets = SEALER.secrets_in({"login": SEALER.seal({"user": "ada", "pins": ["s3cret", 4711, True, ""]})})
    answer: Any = {"echo": "Bearer s3cret", "list": ["fine", "s3cret"], "n": 1, "pin": 4711}
    found = SEALER.sealed_where(answer, secrets)

    assert {"ada", "s3cret", "4711"} == secrets
    assert {"echo": "***", "list": ["fine", "***"], "n": 1, "pin": "***"} == masked(found)
    assert answer == SEALER.unseal_all(found)
    assert answer == SEALER.sealed_where(answer, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("denied for s3c&ret!", "denied for ***!"),
        ("https://a.example/?p=s3c%26ret", "https://a.example/?p=***"),
        ("czNjJnJldA==", "***=="),
        ('{"p": "a\\"b\\u00fc"}', '{"p": "***"}'),
        ("PIN 12 of 123", "PIN *** of 123"),
        ("nothing", "nothing"),
    ],
)
def test_secrets_are_veiled_however_they_are_written(text: str, expected: str) -> None:
    """In the forms in which requests carry them; short ones only as words."""
    assert expected == veiled(text, ["s3c&ret", 'a"bü', "12", ""])

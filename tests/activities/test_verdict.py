"""The classification as a rule: whatever comes back has a verdict, and refused is said of the listed rows alone."""

import json

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.credential import CredentialUnreadable
from activities.verdict import Confirmed, Failed, Reply, classify
from saga.headers import RETRY_LATER, Outcome
from tests.activities.calling import THING, Thing

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, CredentialUnreadable)
MAYBE_SENT = (
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
    TimeoutError,
    ConnectionResetError,
    RuntimeError,
)
KEY_TAKEN = {(409, "KeyInProgress"), (422, "KeyReused")}
RETRIED = {408, 425, 429, 503}

problems = st.sampled_from(
    ["key-in-progress", "key-reused", "out-of-stock", "retry-later", "about:blank", ""]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["type", "title", "id", "status"]), inner)
    ),
)
bodies = (
    st.none()
    | st.binary(max_size=50)
    | st.just(THING)
    | problems.map(lambda name: json.dumps({"type": f"urn:problem:{name}"}).encode())
    | values.map(lambda value: json.dumps(value).encode())
)
replies = st.builds(
    Reply,
    status=st.sampled_from([200, 408, 409, 422, 425, 429, 503]) | st.integers(100, 999),
    headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=40)),
    content=bodies,
)


@given(replies)
def test_only_a_success_as_promised_is_confirmed(reply: Reply) -> None:
    """Confirmed is a 2xx with a valid body, and nothing else."""
    verdict = classify(reply, Thing)

    assert isinstance(verdict, Confirmed) == (reply.status // 100 == 2 and reply.content == THING)


@given(replies)
@example(Reply(409, {}, b'{"type": "urn:problem:key-in-progress"}'))
@example(Reply(422, {}, b'{"type": "urn:problem:key-reused"}'))
def test_only_listed_answers_are_refused(reply: Reply) -> None:
    """Refused is a 4xx, unless something may have happened under the key, or a 503."""
    verdict = classify(reply, Thing)

    if isinstance(verdict, Failed):
        listed = reply.status // 100 == 4 and (reply.status, verdict.type) not in KEY_TAKEN
        assert (verdict.outcome is Outcome.REFUSED) == (listed or reply.status == 503)


@given(replies)
def test_only_what_may_change_is_tried_again(reply: Reply) -> None:
    """A business refusal and an answer that is no result are final; overload and failures are not."""
    verdict = classify(reply, Thing)

    if isinstance(verdict, Failed):
        in_progress = (reply.status, verdict.type) == (409, "KeyInProgress")
        assert verdict.retry == (reply.status in RETRIED or reply.status // 100 == 5 or in_progress)


@given(replies)
def test_no_downstream_can_say_what_only_the_saga_says(reply: Reply) -> None:
    """The type of a failure is a short name, and not one that has a meaning to the saga."""
    verdict = classify(reply, Thing)

    if isinstance(verdict, Failed):
        assert verdict.type.isalnum()
        assert len(verdict.type) <= 64
        assert RETRY_LATER != verdict.type


@given(st.sampled_from([*NOT_SENT, *MAYBE_SENT]), st.text())
def test_only_what_was_certainly_not_sent_is_refused(kind: type[Exception], text: str) -> None:
    """An exception is refused if nothing was sent, else unknown; another attempt is worth while."""
    verdict = classify(kind(text), Thing)

    assert isinstance(verdict, Failed)
    assert (kind in NOT_SENT, True) == (verdict.outcome is Outcome.REFUSED, verdict.retry)


@pytest.mark.parametrize("depth", [10, 100_000])
def test_a_deep_body_is_no_problem(depth: int) -> None:
    """A hostile body ends in a verdict, not in an exception."""
    verdict = classify(Reply(409, {}, b"[" * depth), Thing)

    assert isinstance(verdict, Failed)
    assert "RequestRefused" == verdict.type

"""What services answer and documents say is shown as it stands: it is no command to a terminal, and no markup."""

import pytest

from arazzo.reading import Mode
from cli.flow_screen import flow_screen
from cli.output import Output
from runtime.status import flow_view
from tests.arazzo.documents import document, workflow
from tests.endings import end_of
from tests.workflows.playing import Handle, Playing
from tests.workflows.scripting import plan_of, scripted, step

ESCAPE = "\x1b]0;owned\x07\x1b[31m\u202e"
MARKUP = "[bold red]Sold[/]"
PROBLEM = {"type": f"about:{ESCAPE}", "title": f"{MARKUP}{ESCAPE}", "status": 422, "detail": f"{ESCAPE}out"}


@pytest.fixture(name="captured")
def _captured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> pytest.CaptureFixture[str]:
    monkeypatch.setenv("COLUMNS", "200")
    return capsys


async def shown(playing: Playing, handle: Handle, captured: pytest.CaptureFixture[str]) -> str:
    """What `status` says; there is nothing in it that a terminal obeys."""
    view = await flow_view(playing.client, handle.id)
    Output(json=False).show_verbatim(flow_screen(view))
    said = captured.readouterr().out
    assert [] == [sign for sign in "\x1b\x07\u202e" if sign in said], said
    return said


async def test_what_a_service_answers_is_shown_as_it_stands(
    playing: Playing, captured: pytest.CaptureFixture[str]
) -> None:
    """Where the run fails with it."""
    answer = {"status": 422, "headers": {"Content-Type": "application/problem+json"}, "json": PROBLEM}
    async with scripted(playing, post_one=[answer]) as service:
        handle = await service.start(plan_of(document(workflow(steps=[step("one")]))))
        await end_of(handle)

    assert MARKUP in await shown(playing, handle, captured)


async def test_what_a_document_says_is_shown_as_it_stands(
    playing: Playing, captured: pytest.CaptureFixture[str]
) -> None:
    """Its version, the names of its steps, and what it asks people."""
    asking = {"stepId": f"ask{ESCAPE}", "x-interaction": {"prompt": f"{MARKUP}{ESCAPE}?"}}
    held = step(f"one{ESCAPE}", **{"x-on-failure": "hold"})
    content = document(workflow(steps=[held, asking], **{"x-version": f"1{ESCAPE}", "x-owner": ESCAPE}))
    async with scripted(playing) as service:
        handle = await service.start(plan_of(content, mode=Mode.COMPAT))
        await playing.until(handle, lambda status: bool(status.approvals))

        assert MARKUP in await shown(playing, handle, captured)
        await handle.terminate()

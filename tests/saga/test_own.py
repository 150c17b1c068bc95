"""The saga's plugin beside what users bring of their own; and what is said where it is missing."""

from dataclasses import replace
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    WorkflowSerializationContext,
)
from temporalio.plugin import SimplePlugin

from runtime.dev_server import DevServer
from saga import SagaPlugin, register
from tests.saga.behaviours import refuse
from tests.saga.flows import Plan
from tests.saga.own import Addressed, Compressed, Misfit, OursConverter, OursFailures, Watching
from tests.saga.stage import COMPLETED, Stage, cause_of, failed, kind_of


async def connected(server: DevServer, **options: Any) -> Client:  # noqa: ANN401 - the client's options
    client = await Client.connect(server.address, **options)
    await register(client)
    return client


async def plays(stage: Stage) -> None:
    """The whole of it: a completed flow, one that waits for a person, one that is undone, and an invalid one."""
    assert await stage.play("sequence") == COMPLETED
    handle = await stage.start("sequence", Plan(things=("ask",)))
    await stage.waits_for(handle, "approval:ask")
    await stage.decide(handle, "approve", way="signal")
    assert await stage.end_of(handle) == COMPLETED
    stage.world.on("c", refuse)
    assert await stage.play("sequence") == failed("Refused")
    with pytest.raises(WorkflowFailureError) as invalid:
        await (await stage.start("sequence", Misfit())).result()
    assert cause_of(invalid.value) == "PayloadValidationError"


async def test_codec(dev_server: DevServer) -> None:
    """A codec of the user's goes on working: nothing of the input is in the history in clear."""
    converter = replace(DataConverter.default, payload_codec=Compressed())
    async with Stage(await connected(dev_server, plugins=[SagaPlugin()], data_converter=converter)) as stage:
        await plays(stage)

        handle = await stage.start("sequence", Plan(things=("treasure",)))
        await handle.result()
        scheduled = [e for e in await stage.events(handle) if kind_of(e) == "ACTIVITY_TASK_SCHEDULED"]
        [payload] = scheduled[0].activity_task_scheduled_event_attributes.input.payloads
        assert payload.metadata["encoding"] == b"binary/zlib"


async def test_codec_with_contexts(dev_server: DevServer) -> None:
    """A codec that asks for whom it encodes is told: the flow, and each of its activities."""
    codec = Addressed()
    converter = replace(DataConverter.default, payload_codec=codec)
    async with Stage(await connected(dev_server, plugins=[SagaPlugin()], data_converter=converter)) as stage:
        handle = await stage.start("sequence", Plan(things=("a",)))
        codec.seen.clear()  # of the starter's own
        await handle.result()

    activities = {seen.activity_id for seen in codec.seen if isinstance(seen, ActivitySerializationContext)}
    flows = {seen.workflow_id for seen in codec.seen if isinstance(seen, WorkflowSerializationContext)}
    assert ({"a"}, {handle.id}) == (activities, flows)


async def test_payload_converter(dev_server: DevServer) -> None:
    """A payload converter of the user's keeps its encoding, and gains the validation of input."""
    converter = DataConverter(payload_converter_class=OursConverter)
    async with Stage(await connected(dev_server, plugins=[SagaPlugin()], data_converter=converter)) as stage:
        await plays(stage)

        handle = await stage.start("sequence", Plan(things=("a",)))
        await handle.result()
        [payload] = (await stage.events(handle))[0].workflow_execution_started_event_attributes.input.payloads
        assert payload.metadata["whose"] == b"ours"


async def test_failure_converter(dev_server: DevServer) -> None:
    """A failure converter of the user's goes on working."""
    converter = replace(pydantic_data_converter, failure_converter_class=OursFailures)
    async with Stage(await connected(dev_server, plugins=[SagaPlugin()], data_converter=converter)) as stage:
        await plays(stage)

        stage.world.on("a", refuse)
        handle = await stage.start("sequence", Plan(things=("a",)))
        await stage.until_event(handle, "WORKFLOW_EXECUTION_FAILED")
        failure = (await stage.events(handle))[-1].workflow_execution_failed_event_attributes.failure
        assert failure.source == "ours"


@pytest.mark.parametrize("as_plugin", [True, False], ids=["by a plugin", "by themselves"])
async def test_interceptors(dev_server: DevServer, *, as_plugin: bool) -> None:
    """Interceptors of the user's, and those of another plugin, go on working."""
    watching = Watching()
    theirs: dict[str, Any] = (
        {"plugins": [SimplePlugin("theirs", interceptors=[watching]), SagaPlugin()]}
        if as_plugin
        else {"interceptors": [watching], "plugins": [SagaPlugin()]}
    )
    async with Stage(await connected(dev_server, **theirs)) as stage:
        await plays(stage)

    assert watching.started == ["sequence"] * 4
    assert watching.ran == ["make"] * 6 + ["unmake"] * 2


async def test_without_the_plugin(dev_server: DevServer) -> None:
    """Without the plugin a saga refuses to run, and says what is missing."""
    converter = pydantic_data_converter
    async with Stage(await connected(dev_server, plugins=[], data_converter=converter)) as stage:
        handle = await stage.start("sequence")
        await stage.until_event(handle, "WORKFLOW_TASK_FAILED")

        events = [event.workflow_task_failed_event_attributes for event in await stage.events(handle)]
        messages = [attributes.failure.message for attributes in events if attributes.failure.message]
        assert messages == ["Saga needs its plugin: Client.connect(…, plugins=[SagaPlugin()])."]
        assert stage.world.log == []

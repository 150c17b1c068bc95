"""The agent's own rules."""

import json

from pydantic import JsonValue

from services.agent import Choice, Completion
from tests.services.caller import Input, input_of, send
from tests.standins import StandIns


async def judged(stand_ins: StandIns, sent: Input) -> Choice:
    """The first choice of the answer."""
    answer = (await send(stand_ins, "createChatCompletion", sent)).raise_for_status()
    return Completion.model_validate_json(answer.content).choices[0]


async def asked(stand_ins: StandIns, text: str) -> Choice:
    messages: JsonValue = [{"role": "user", "content": text}]
    return await judged(stand_ins, (await input_of(stand_ins, "createChatCompletion")).but(messages=messages))


async def test_it_takes_the_choice_that_is_written(stand_ins: StandIns) -> None:
    """Of the schema's choices it takes one that occurs in the text, or the first."""
    for text, team in (("DATA the Payments are late", "payments"), ("DATA it is cold", "orders")):
        choice = await asked(stand_ins, text)
        assert (json.dumps(team), "stop") == (choice.message.content, choice.finish_reason)


async def test_it_declines(stand_ins: StandIns) -> None:
    """With no idea it says so, in place of a judgement."""
    message = (await asked(stand_ins, "DATA no idea")).message

    assert (None, "I cannot tell.") == (message.content, message.refusal)


async def test_the_newest_script_is_answered(stand_ins: StandIns) -> None:
    """What is scripted for words is answered word for word, however little it fits."""
    for content in ("orders", "{nonsense"):
        body = Input({"words": "late", "content": content, "finish_reason": "length"})
        (await send(stand_ins, "scriptJudgement", body)).raise_for_status()

    choice = await judged(stand_ins, await input_of(stand_ins, "createChatCompletion"))

    assert ("{nonsense", "length") == (choice.message.content, choice.finish_reason)

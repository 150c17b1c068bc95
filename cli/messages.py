"""`tell`: sends a running flow a message that is its own, and shows what it answers."""

import json
from argparse import Namespace

from pydantic import JsonValue
from temporalio.client import Client

from cli.context import Context
from cli.exits import Exit
from cli.files import read_json
from cli.wording import plain
from runtime.deciding import Decider


def tell(options: Namespace, context: Context) -> Exit:
    body = read_json(options.input)

    async def send(client: Client) -> JsonValue:
        return await Decider(client, options.id).tell(options.message, body)

    answer = context.with_client(send)
    if context.output.json:
        context.output.answer({"id": options.id, "message": options.message, "answer": answer})
    else:
        context.output.show(
            f"{plain(options.id)} has taken {plain(options.message)}: {plain(_shown(answer))}"
        )
    return Exit.DONE


def _shown(answer: JsonValue) -> str:
    return "it says nothing" if answer is None else json.dumps(answer, ensure_ascii=False)

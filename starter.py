"""The command line: `python starter.py --help`. Only parses and prints; what it prints is made in cli/ and runtime/."""

from __future__ import annotations

import atexit
import functools
from datetime import timedelta
from typing import TYPE_CHECKING

from cli.parser import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.context import Context
    from cli.output import Output

PATIENCE = timedelta(seconds=1.8)
"""With the time that the imports take, a server that does not answer is told in less than three seconds."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status. A usage error and `--help` do not wait for the imports that the commands need."""
    options = parser().parse_args(arguments)
    from cli.run import run  # noqa: PLC0415 - see above

    return run(options, compose)


def compose(output: Output) -> Context:
    """What the commands need. Raises Refused where a setting is wrong."""
    from catalogue import CATALOGUE  # noqa: PLC0415 - see main
    from cli.context import Context  # noqa: PLC0415 - see main
    from runtime.client import connect  # noqa: PLC0415 - see main
    from runtime.document_catalogue import DocumentCatalogue  # noqa: PLC0415 - see main
    from runtime.document_terms import DocumentTerms  # noqa: PLC0415 - see main
    from runtime.links import WebUi, configured_namespace  # noqa: PLC0415 - see main
    from runtime.refusals import Misconfigured  # noqa: PLC0415 - see main
    from runtime.telemetry import start_telemetry  # noqa: PLC0415 - see main
    from settings import (  # noqa: PLC0415 - see main
        DOWNSTREAMS,
        PRIVATE_DOWNSTREAMS,
        Settings,
        SettingsInvalid,
    )

    try:
        settings = Settings.read()
    except SettingsInvalid as error:
        raise Misconfigured(str(error)) from None
    documents = DocumentTerms(
        folder=settings.arazzo.folder,
        allowed_hosts=settings.arazzo.allowed_hosts,
        servers=settings.arazzo.servers,
        sealer=settings.sealer,
        activities=settings.arazzo.activities,
    )
    telemetry = start_telemetry("starter", measured=False)
    atexit.register(telemetry.flush)
    reach = functools.partial(connect, "starter", telemetry=telemetry, prepare=True, within=PATIENCE)
    return Context(
        output=output,
        catalogue=DocumentCatalogue(CATALOGUE, documents, warn=output.warn),
        task_queue=settings.task_queue,
        downstreams=(*DOWNSTREAMS, *PRIVATE_DOWNSTREAMS),
        web_ui=WebUi(settings.web_ui_url, configured_namespace()),
        connect=functools.partial(reach, payload_store=settings.payload_store),
        documents=documents,
    )


if __name__ == "__main__":
    from runtime.ending import leave

    leave(main())

"""The log: one JSON object a line for machines, or a readable line where a person is looking; never a payload."""

import json
import logging
import sys
from datetime import UTC, datetime

from temporalio import activity, workflow

from runtime.log_context import ids_of
from runtime.log_errors import Deliberate, told

QUIETER = {
    # At DEBUG these write whole payloads, headers or queries.
    "temporalio.worker": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiohttp": logging.WARNING,
    "urllib3": logging.WARNING,
    "opentelemetry": logging.INFO,
}


def configure_logging(level: str) -> None:
    """Everything of this process goes to standard error, from `level` on (`DEBUG`, `INFO`, …)."""
    threshold = logging.getLevelNamesMapping()[level]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HumanFormatter() if sys.stderr.isatty() else JsonFormatter())
    handler.addFilter(Deliberate(threshold))
    logging.basicConfig(level=threshold, handlers=[handler], force=True)
    logging.captureWarnings(True)  # noqa: FBT003 - the library's own signature
    for name, least in QUIETER.items():
        logging.getLogger(name).setLevel(max(threshold, least))
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False


class JsonFormatter(logging.Formatter):
    """`time` (RFC 3339, UTC), `level`, `logger`, `message`, then the ids, then what failed and where."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _utc(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **ids_of(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = [link._asdict() for link in told(record.exc_info[1])]
        return json.dumps(line, ensure_ascii=False)


class HumanFormatter(logging.Formatter):
    """`11:03:07 WARNING message [order-A-1 reserve_stock attempt 2]`, and under it what failed and where."""

    def format(self, record: logging.LogRecord) -> str:
        ids = ids_of(record)
        known = [str(ids[name]) for name in ("workflow_id", "step") if name in ids]
        tried = [f"attempt {ids['attempt']}"] if "attempt" in ids else []
        where = f" [{' '.join(known + tried)}]" if known else ""
        text = f"{_utc(record).astimezone():%H:%M:%S} {record.levelname:7} {record.getMessage()}{where}"
        links = told(record.exc_info[1]) if record.exc_info and record.exc_info[1] else []
        lines = [line for link in links for line in (f"{link.type}: {link.message}", *link.frames)]
        return "\n    ".join([text, *lines])


def _utc(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)

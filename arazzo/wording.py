"""How calls, conditions, times and values of a plan are said to people who do not program."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from pydantic import JsonValue

from arazzo.elements import Criterion, ExpressionKind, FailureAction, Selector
from arazzo.plan import PlannedCall

TOKENS = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|\$statusCode\s*(?P<compared>==|!=|>=|<=|>|<)\s*(?P<status>null|\d+)"
    r"|(?P<expression>\$[^\s()!=<>&|,]+)"
    r"|(?P<operator>==|!=|>=|<=|&&|\|\||[<>!])"
)
OPERATORS = {
    "==": "is",
    "!=": "is not",
    ">=": "is at least",
    "<=": "is at most",
    ">": "is above",
    "<": "is below",
    "&&": "and",
    "||": "or",
    "!": "not",
}
EXPRESSION = re.compile(
    r"\$(?:(?P<place>inputs|outputs)\.(?P<name>[^.#]+)"
    r"|steps\.(?P<step>[^.#]+)\.outputs\.(?P<output>[^.#]+)"
    r"|workflows\.(?P<workflow>[^.#]+)\.(?:outputs|inputs)\.(?P<value>[^.#]+)"
    r"|(?P<part>response|request)\.(?P<what>body|(?:header|query|path)\.[^#]+)"
    r"|(?P<other>message\.payload|interaction\.payload|statusCode|url|method))"
    r"(?:#(?P<pointer>/.*))?"
)
EMBEDDED = re.compile(r"\{\$([^{}]+)\}")
NAME_IN = re.compile(r"[.#/]+")
OTHERS = {
    "message.payload": "the message",
    "interaction.payload": "the decision",
    "statusCode": "the status",
    "url": "the address",
    "method": "the method",
}
PARTS = {"response": "answer", "request": "request"}
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def called(call: PlannedCall, name: str = "") -> str:
    """`POST /payments`, `workflow refund`, `code payments.capture`; of what is not at hand `name`, as it stands there."""
    if call.operation is not None:
        return f"{call.operation.method} {call.operation.path or ' '.join(call.operation.servers[:1])}"
    if call.workflow is not None:
        return f"workflow {call.workflow.partition('/')[2]}"
    if call.activity is not None:
        return f"code {call.activity}"
    return call.channel or name or "nothing"


def sourced(call: PlannedCall, name: str = "") -> str:
    """The same with whose it is: `POST /payments of shop (authorizePayment)`."""
    said = called(call, name)
    if call.operation is None or not call.operation.source:
        return f"{said} (its description is not at hand)" if call.missing else said
    named = f" ({call.operation.operation_id})" if call.operation.operation_id else ""
    return f"{said} of {call.operation.source}{named}"


def length(time: timedelta) -> str:
    """`0.5 seconds`, `1 minute`, `2 days 4 hours`: at most the two largest units."""
    seconds = time.total_seconds()
    if seconds < UNITS[-1][0]:
        return _number(f"{seconds:g}", "second")
    parts: list[str] = []
    rest = round(seconds)
    for size, unit in (*UNITS, (1, "second")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(_number(str(count), unit))
    return " ".join(parts[:2])


def times(count: int) -> str:
    """`once`, `up to 5 times`."""
    return "once" if count == 1 else f"up to {count} times"


def retried(action: FailureAction) -> str:
    """`up to 5 times, every 2 seconds`."""
    if not action.retry_after:
        return f"{times(action.retry_limit)}, at once"
    after = length(action.retry_after)
    if action.retry_limit == 1:
        return f"once, after {after}"
    one, _, unit = after.partition(" ")
    return f"{times(action.retry_limit)}, every {unit if one == '1' and ' ' not in unit else after}"


def conditions(criteria: Sequence[Criterion]) -> str:
    """All that has to hold, as a clause; empty where nothing has to."""
    return ", and ".join(map(condition, criteria))


def condition(criterion: Criterion) -> str:
    """One criterion as a clause, its own words where it is no simple one."""
    context = value(criterion.context or "")
    match criterion.type.type:
        case ExpressionKind.REGEX:
            return f"{context} matches {criterion.condition}"
        case ExpressionKind.JSONPATH | ExpressionKind.XPATH | ExpressionKind.JSONPOINTER:
            return f"{criterion.condition} holds in {context}"
        case _:
            return " ".join(TOKENS.sub(_token, criterion.condition).split()).replace("( ", "(")


def value(given: JsonValue | Selector) -> str:
    """What a value is, where it is one expression; a text of others as it stands."""
    if isinstance(given, Selector):
        return f"{given.selector} in {value(given.context)}"
    if not isinstance(given, str):
        return "a constant" if isinstance(given, list | dict) else str(given)
    return expression(given) if EXPRESSION.fullmatch(given) else template(given)


def template(text: str) -> str:
    """A text with its expressions in short: `Order ‹orderId› is worth ‹amount›`."""
    return EMBEDDED.sub(lambda found: f"‹{NAME_IN.split(found[1])[-1]}›", " ".join(text.split()))


def expression(text: str) -> str:
    """`the input orderId`, `id of the answer`, `reservationId of reserveStock`; others as they stand."""
    found = EXPRESSION.fullmatch(text)
    if found is None:
        return text
    inside = " ".join(part for part in (found["pointer"] or "").split("/") if part)
    if found["name"] is not None:
        of = f"the {found['place'][:-1]} {found['name']}"
    elif found["output"] is not None:
        of = f"{found['output']} of {found['step']}"
    elif found["value"] is not None:
        of = f"{found['value']} of workflow {found['workflow']}"
    elif found["part"] is not None:
        kind, _, name = found["what"].partition(".")
        of = (
            f"the {PARTS[found['part']]}"
            if kind == "body"
            else f"{kind} {name} of the {PARTS[found['part']]}"
        )
    else:
        of = OTHERS[found["other"]]
    return f"{inside} of {of}" if inside else of


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    given = list(names)
    return f" {last} ".join((", ".join(given[:-1]), given[-1])) if len(given) > 1 else "".join(given)


def _token(found: re.Match[str]) -> str:
    if found["text"] is not None:
        return found["text"]
    if found["status"] is not None:
        if found["status"] == "null":
            return "there is no answer" if found["compared"] == "==" else "there is an answer"
        return f"the status {OPERATORS[found['compared']]} {found['status']}"
    if found["expression"] is not None:
        return expression(found["expression"])
    return f" {OPERATORS[found['operator']]} "


def _number(count: str, unit: str) -> str:
    return f"{count} {unit}{'' if count == '1' else 's'}"

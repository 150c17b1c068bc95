"""What the tests of evaluating share: an exchange that has happened, and short ways to ask about it."""

from dataclasses import replace

from pydantic import JsonValue

from arazzo.context import Context, Message, Request, Response, SourceValues, WorkflowValues
from arazzo.criteria import Verdict, judge
from arazzo.elements import Criterion, ExpressionKind, ExpressionType, Selector

BODY: JsonValue = {
    "status": "available",
    "amount": "15",
    "flag": True,
    "nothing": None,
    "a/b": {"m~n": 8},
    "items": [{"id": 1, "tags": ["x", "y"]}, {"id": 2}],
}
CONTEXT = Context(
    inputs={
        "user": "ada",
        "quoted": "it's",
        "count": 3,
        "a.b": "dotted",
        "env": {"TOKEN": "t"},
        "list": [10, 20],
    },
    outputs={"total": 9.5},
    steps={"find": {"pets": [{"name": "Rex"}], "b.c": 1}},
    workflows={"other": WorkflowValues(inputs={"x": 1}, outputs={"y": {"z": 2}})},
    sources={"shop": SourceValues(fields={"url": "shop.yaml", "type": "openapi"}, ids={"getPet", "type"})},
    components={"parameters": {"page": {"name": "page", "value": 1}}},
    request=Request(
        method="POST",
        url="https://shop.example/pets/7",
        headers={"X-Trace": "abc"},
        query={"q": "dog"},
        path={"id": 7},
        body={"name": "Rex"},
    ),
    response=Response(
        status=200, headers={"Content-Type": "application/json", "Location": "/pets/7"}, body=BODY
    ),
    message=Message(headers={"Key": "k"}, payload={"orderId": "o-1"}),
    interaction={"approved": True},
    self_uri="https://example.com/flow",
)
COMPAT = replace(CONTEXT, lenient=True)


def answered(body: JsonValue, *, status: int = 200, lenient: bool = False) -> Context:
    """The context of an exchange with that answer."""
    return Context(response=Response(status=status, body=body), lenient=lenient)


def criterion(
    condition: str, kind: str = "simple", context: str | None = None, version: str = ""
) -> Criterion:
    """A criterion of that kind."""
    form = ExpressionType(type=ExpressionKind(kind), version=version)
    return Criterion(condition=condition, context=context, type=form)


def judged(
    condition: str, kind: str, body: JsonValue, *, version: str = "", lenient: bool = False
) -> Verdict:
    """The verdict of a criterion on the body of an answer."""
    return judge(criterion(condition, kind, "$response.body", version), answered(body, lenient=lenient))


def holds(condition: str, context: Context = CONTEXT) -> bool:
    """Whether a simple condition passes."""
    return judge(criterion(condition), context).holds


def selector(context: str, text: str, kind: str, version: str = "") -> Selector:
    """A selector of that kind."""
    form = ExpressionType(type=ExpressionKind(kind), version=version)
    return Selector(kind="selector", context=context, selector=text, type=form)

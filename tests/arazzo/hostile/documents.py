"""Documents that mean harm, one of each kind, as texts that a stranger might hand in."""

import json
from collections.abc import Mapping

import yaml

HEAD = """
arazzo: 1.1.0
info: {title: Harmless, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
"""
METADATA = "http://169.254.169.254"
"""Where a cloud tells its machines their credentials."""


def alias_bomb(depth: int = 9) -> str:
    """A thousand million texts in some lines: each level has ten times the one before it."""
    lines = ["x-0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, depth)]
    return f"{HEAD}{chr(10).join(lines)}\n{_workflow()}"


def many_steps(count: int = 100_000) -> str:
    """Each with an id of its own."""
    return f"{HEAD}{_workflow(*(_step(f's{n}') for n in range(count)))}"


def one_step_many_times(count: int = 100_000) -> str:
    """The same step by alias, so that the text stays short."""
    return f"{HEAD}workflows:\n- workflowId: main\n  steps: [&s {_step('one')}{', *s' * (count - 1)}]\n"


def deep_nesting(depth: int = 100_000) -> str:
    """A payload of lists in lists."""
    nested = f"{'[' * depth}{']' * depth}"
    return f"{HEAD}{_workflow(_step('one', requestBody='PAYLOAD'))}".replace(
        "PAYLOAD", f"{{payload: {nested}}}"
    )


def runaway_regex(pattern: str = "^(a+)+$") -> str:
    """A criterion that takes others for ever, over whatever the service answers."""
    return judging({"context": "$response.body", "condition": pattern, "type": "regex"})


def judging(criterion: Mapping[str, str]) -> str:
    """A step with this criterion, and no other."""
    return f"{HEAD}{_workflow(_step('one', successCriteria=[criterion]))}"


def runaway_input(pattern: str = "^(a+)+$") -> str:
    """The same, over what the starter gives."""
    schema = {"type": "object", "properties": {"name": {"type": "string", "pattern": pattern}}}
    return f"{HEAD}{_workflow(_step('one'), inputs=schema)}"


def entity_bomb(depth: int = 9) -> str:
    """XML whose entities are worth a thousand million texts, and into whose payload a value is to be put."""
    entities = ['<!ENTITY a0 "ha">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth)]
    return xml_body(f"<!DOCTYPE r [{''.join(entities)}]><r><a>&a{depth - 1};</a></r>")


def entity_of_a_file(path: str = "/etc/passwd") -> str:
    """XML that asks for a file of ours."""
    return xml_body(f'<!DOCTYPE r [<!ENTITY f SYSTEM "file://{path}">]><r><a>&f;</a></r>')


def xml_body(text: str = "<r><a>ha</a></r>") -> str:
    """XML into whose payload a value is to be put: this one means no harm."""
    body = {
        "contentType": "application/xml",
        "payload": text,
        "replacements": [{"target": "//a", "value": "b"}],
    }
    return f"{HEAD}{_workflow(_step('one', requestBody=body))}"


def calls(server: str = METADATA, *, secured: bool = False) -> tuple[str, str]:
    """A document, and a description of its own that has us call wherever it likes."""
    operation: dict[str, object] = {"operationId": "call", "responses": {"200": {"description": "called"}}}
    description: dict[str, object] = {
        "openapi": "3.1.0",
        "info": {"title": "Harmless", "version": "1"},
        "servers": [{"url": server}],
        "paths": {"/latest": {"get": operation}},
    }
    if secured:
        operation["security"] = [{"bearerAuth": []}]
        description["components"] = {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}}
    return f"{HEAD}{_workflow(_step('one'))}", yaml.safe_dump(description)


def _step(name: str, **fields: object) -> str:
    given: Mapping[str, object] = {"stepId": name, "operationId": "call", **fields}
    return json.dumps(given).replace('"PAYLOAD"', "PAYLOAD")


def _workflow(*steps: str, **fields: object) -> str:
    own = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in fields.items())
    listed = "".join(f"  - {step}\n" for step in steps or (_step("one"),))
    return f"workflows:\n- workflowId: main\n{own}  steps:\n{listed}"

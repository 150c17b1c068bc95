"""Reads one operation out of a service's OpenAPI document, as a caller that knows nothing else would."""

from dataclasses import dataclass
from typing import Any

from tests.standins import StandIns, service_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Described:
    """An operation as its document has it; schemas come with the document's components, so that they resolve."""

    document: Json
    path: str
    operation: Json

    def parameters(self, place: str) -> list[Json]:
        return [parameter for parameter in self.operation["parameters"] if parameter["in"] == place]

    def content(self, status: int, media_type: str) -> Json:
        found: Json = self.operation["responses"][str(status)]["content"][media_type]
        return found

    def example(self, content: Json, name: str) -> Json:
        value: Json = content["examples"][name]["value"]
        return value

    def schema(self, status: int, media_type: str) -> Json:
        return self._resolvable(self.content(status, media_type)["schema"])

    def request_schema(self) -> Json:
        return self._resolvable(self.operation["requestBody"]["content"]["application/json"]["schema"])

    def request_examples(self) -> list[Json]:
        name = self.request_schema()["$ref"].rpartition("/")[2]
        examples: list[Json] = self.document["components"]["schemas"][name]["examples"]
        return examples

    def _resolvable(self, schema: Json) -> Json:
        return {**schema, "components": self.document["components"]}


async def described(stand_ins: StandIns, operation_id: str) -> Described:
    document: Json = (await stand_ins.http.get(f"/{service_of(operation_id)}/openapi.json")).json()
    return next(
        Described(document, document["servers"][0]["url"] + path, operation)
        for path, item in document["paths"].items()
        for operation in item.values()
        if operation["operationId"] == operation_id
    )

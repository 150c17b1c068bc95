"""A description of a small service, for tests: `read` is safe, `take` is keyed, `give` is not."""

from arazzo.source import read

TEXT = """
openapi: 3.1.0
info: {title: Things, version: '1'}
servers: [{url: https://things.example}]
paths:
  /things:
    get:
      operationId: read
      parameters:
        - {name: q, in: query}
        - {name: X-Trace, in: header}
      responses: {'200': {description: them}}
    post:
      operationId: take
      parameters: [{name: Idempotency-Key, in: header, required: true}]
      requestBody: {content: {application/json: {}}}
      responses: {'201': {description: taken}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true}]
    delete:
      operationId: release
      responses: {'204': {description: released}}
    post:
      operationId: give
      requestBody: {required: true, content: {application/json: {}, text/plain: {}}}
      responses: {'200': {description: given}}
  /calls:
    post:
      operationId: call
      responses: {'200': {description: called}}
"""

API = read(TEXT, uri="file:///flows/api.yaml")

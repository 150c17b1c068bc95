"""Texts for samples, by their format and their length."""

from arazzo.openapi.patterns import sample_of
from arazzo.openapi.references import Fields

FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "ada@example.com",
    "idn-email": "ada@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/one",
    "url": "https://example.com/one",
    "uri-reference": "/one",
    "iri": "https://example.com/one",
    "iri-reference": "/one",
    "uri-template": "/one/{id}",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "json-pointer": "/one",
    "relative-json-pointer": "0",
    "regex": ".*",
    "byte": "dGV4dA==",
    "binary": "text",
    "password": "password",
}
PLAIN = "text"
LONGEST = 10_000
"""Whatever `minLength` says."""


def sample_text(schema: Fields) -> str:
    """One of the format or the pattern, where there is one, or as long as it has to be."""
    said, pattern = schema.get("format"), schema.get("pattern")
    if isinstance(said, str) and said in FORMATS:
        return FORMATS[said]
    if isinstance(pattern, str) and (matching := sample_of(pattern)) is not None:
        return matching
    least, most = schema.get("minLength"), schema.get("maxLength")
    made = PLAIN
    if isinstance(least, int) and len(made) < least:
        made = (PLAIN * LONGEST)[: min(least, LONGEST)]
    return made[:most] if isinstance(most, int) and most >= 0 else made

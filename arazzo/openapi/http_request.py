"""A request that is ready to be sent, by whoever may."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Method, address, headers and body. What may hold credentials or people's data is not shown by `repr`."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Its value, whatever the case of its name."""
        return next((value for one, value in self.headers if one.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> HttpRequest:
        """The same with this header, in the place of one that is there."""
        kept = tuple(one for one in self.headers if one[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def with_query(self, name: str, value: str) -> HttpRequest:
        """The same with this pair, both encoded already, in the place of others of that name."""
        address, _, query = self.url.partition("?")
        kept = [one for one in query.split("&") if one and one.partition("=")[0] != name]
        return replace(self, url=f"{address}?{'&'.join([*kept, f'{name}={value}'])}")

    def with_cookie(self, name: str, value: str) -> HttpRequest:
        """The same with this cookie, in the place of others of that name."""
        given = (self.header("Cookie") or "").split(";")
        kept = [one.strip() for one in given if one.strip() and one.strip().partition("=")[0] != name]
        return self.with_header("Cookie", "; ".join([*kept, f"{name}={value}"]))

"""URI-references, resolved as RFC 3986 has it, whatever the scheme."""

import re
from typing import NamedTuple, Self

PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)


class Uri(NamedTuple):
    """The five components (section 3); None is not there, which is not the same as empty."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Appendix B; every text is a URI-reference of some kind."""
        found = PARTS.fullmatch(text)
        if found is None:  # pragma: no cover  (the pattern takes every text)
            return cls(None, None, text, None, None)
        return cls(found["scheme"], found["authority"], found["path"], found["query"], found["fragment"])

    def __str__(self) -> str:
        """Section 5.3."""
        return "".join(
            (
                "" if self.scheme is None else f"{self.scheme}:",
                "" if self.authority is None else f"//{self.authority}",
                self.path,
                "" if self.query is None else f"?{self.query}",
                "" if self.fragment is None else f"#{self.fragment}",
            )
        )


def is_absolute(uri: str) -> bool:
    """Whether it has a scheme, and so needs no base."""
    return Uri.parse(uri).scheme is not None


def join(base: str, reference: str) -> str:
    """What a reference means where the base is in force (section 5.2.2)."""
    at, to = Uri.parse(base), Uri.parse(reference)
    if to.scheme is not None:
        return str(to._replace(path=_without_dots(to.path)))
    if to.authority is not None:
        return str(to._replace(scheme=at.scheme, path=_without_dots(to.path)))
    if not to.path:
        return str(at._replace(query=at.query if to.query is None else to.query, fragment=to.fragment))
    path = to.path if to.path.startswith("/") else _merged(at, to.path)
    return str(at._replace(path=_without_dots(path), query=to.query, fragment=to.fragment))


def same(uri: str) -> str:
    """The form in which two ways to write one URI are equal (sections 6.2.2.1 and 6.2.2.3), without the fragment."""
    parts = Uri.parse(uri)
    return str(
        Uri(
            None if parts.scheme is None else parts.scheme.lower(),
            None if parts.authority is None else parts.authority.lower(),
            _without_dots(parts.path),
            parts.query,
            None,
        )
    )


def _merged(base: Uri, path: str) -> str:
    if base.authority is not None and not base.path:
        return f"/{path}"
    return base.path[: base.path.rfind("/") + 1] + path


def _without_dots(path: str) -> str:
    """Section 5.2.4; a relative path keeps the `..` that lead out of it."""
    if not path:
        return path
    rooted, segments = path.startswith("/"), path.split("/")
    kept: list[str] = []
    for segment in segments[1:] if rooted else segments:
        if segment == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif (segment == ".." and not rooted) or segment not in {".", ".."}:
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return ("/" if rooted else "") + "/".join(kept)

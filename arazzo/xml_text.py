"""XML as text: read without document types, entities or anything from outside, and written again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.sax.saxutils import escape, quoteattr

from defusedxml.ElementTree import DefusedXMLParser

from arazzo.expression_error import ExpressionError, reason_of
from arazzo.limits import LIMITS, Limits

_DECLARATION = re.compile(r"\s*(<\?xml\s[^>]*\?>)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """A document that was read: its root, and the prefixes that it declares, each for the first of its namespaces."""

    root: Element
    prefixes: Mapping[str, str] = field(default_factory=dict[str, str])
    declaration: str = ""


class _Builder(TreeBuilder):
    """Builds the tree as long as it stays within the limits."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.limits = limits
        self.nodes = self.depth = 0
        self.prefixes: dict[str, str] = {}

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        self.nodes += 1 + len(attrs)
        if self.depth > self.limits.depth or self.nodes > self.limits.result_nodes:
            raise ExpressionError("the XML is too deep or too large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)

    def start_ns(self, prefix: str, uri: str) -> None:
        """Remembers what a prefix stands for."""
        self.prefixes.setdefault(prefix or "", uri)


def parse_xml(text: str, limits: Limits = LIMITS) -> XmlDocument:
    """The document that a text is; raises `ExpressionError`."""
    builder = _Builder(limits)
    declared = _DECLARATION.match(text)
    try:
        # The text is decoded already: what its declaration says of an encoding is over.
        parser = DefusedXMLParser(target=builder, encoding="utf-8", forbid_dtd=True)
        parser.feed(text.lstrip().encode())
        root = parser.close()
    except ExpressionError:
        raise
    except Exception as error:  # noqa: BLE001  expat, defusedxml and codecs each have kinds of their own
        raise ExpressionError(f"this is no XML that may be read: {reason_of(error)}") from None
    return XmlDocument(root, builder.prefixes, declared[1] if declared else "")


def write_xml(document: XmlDocument) -> str:
    """The document as text, its prefixes declared at the root."""
    return document.declaration + ("\n" if document.declaration else "") + _Writer(document).text()


class _Writer:
    def __init__(self, document: XmlDocument) -> None:
        self.root = document.root
        bare = any(not element.tag.startswith("{") for element in self.root.iter())
        self.declared = {
            prefix: uri
            for prefix, uri in document.prefixes.items()
            if uri != XML_NAMESPACE
            and (prefix or not bare)  # a default namespace would take in those without one
        }
        self.parts: list[str] = []

    def text(self) -> str:
        """Everything but the root's declarations is written first, since they may grow by it."""
        self._write_content(self.root)
        attributes = self._attributes(self.root)
        name = self._name(self.root.tag, attribute=False)
        declarations = "".join(
            f" xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}" for prefix, uri in self.declared.items()
        )
        return f"<{name}{declarations}{attributes}>{''.join(self.parts)}</{name}>"

    def _write_content(self, root: Element) -> None:
        waiting: list[Element | str] = [*reversed(root), escape(root.text or "")]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                self.parts.append(item)
                continue
            name = self._name(item.tag, attribute=False)
            self.parts.append(f"<{name}{self._attributes(item)}>{escape(item.text or '')}")
            waiting += [f"</{name}>{escape(item.tail or '')}", *reversed(item)]

    def _attributes(self, element: Element) -> str:
        return "".join(
            f" {self._name(key, attribute=True)}={quoteattr(value)}" for key, value in element.items()
        )

    def _name(self, tag: str, *, attribute: bool) -> str:
        """A name with its prefix; the default namespace is not for attributes."""
        if not tag.startswith("{"):
            return tag
        uri, _, local = tag[1:].partition("}")
        if uri == XML_NAMESPACE:
            return f"xml:{local}"
        for prefix, meant in self.declared.items():
            if meant == uri and (prefix or not attribute):
                return f"{prefix}:{local}" if prefix else local
        prefix = next(
            name for number in range(len(self.declared) + 1) if (name := f"ns{number}") not in self.declared
        )
        self.declared[prefix] = uri
        return f"{prefix}:{local}"

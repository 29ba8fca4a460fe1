"""Small XML documents (OPML, sitemaps) read element by element; a DOCTYPE or an entity declaration is refused."""

from collections.abc import Callable, Mapping
from xml.parsers import expat

_DEEPEST = 100

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str, str], None]


class XmlRefused(ValueError):
    """The document is no XML, or holds what none of these documents needs."""


def read(body: bytes, start: Start, end: End) -> None:
    """Call `start(name, attributes)` and `end(name, text)` for each element, names without their prefix.

    Raises XmlRefused for a document type, nesting deeper than 100, and anything that is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts: list[list[str]] = []

    def refuse(*_: object) -> None:
        raise XmlRefused("it declares a document type or entities")

    def opened(name: str, attributes: dict[str, str]) -> None:
        if len(texts) >= _DEEPEST:
            raise XmlRefused(f"its elements are nested deeper than {_DEEPEST}")
        texts.append([])
        start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        end(name.rpartition(":")[2], "".join(texts.pop()).strip())

    def said(data: str) -> None:
        if texts:
            texts[-1].append(data)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = said
    try:
        parser.Parse(body.lstrip(b"\xef\xbb\xbf \t\r\n"), True)
    except expat.ExpatError as error:
        raise XmlRefused(f"it is not well-formed XML ({error})") from None

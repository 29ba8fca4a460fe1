"""Bytes to text: never fails, never runs a codec that is not a plain character set."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python also offers zip, bz2, punycode, unicode_escape, utf-7 under the same call: only these names are taken.
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|utf-?32|us-ascii|ascii|latin-?1|iso-?8859-?\d{1,2}|(?:windows|cp)-?(?:125\d|874|932|949|950)"
    r"|shift[_-]?jis|sjis|euc-?jp|iso-2022-jp|euc-?kr|ks_c_5601-1987|gb2312|gbk|gb18030|hz-gb-2312|big5(?:-?hkscs)?"
    r"|koi8-[ru]|mac-?roman|macintosh|tis-620"
)
_CHARSET = re.compile(r"charset\s{0,4}=\s{0,4}[\"']?([A-Za-z0-9_.:-]{2,30})", re.I)
_SEVEN_BIT = ("iso-2022", "hz-")
_DECLARED = re.compile(rb"""(?:encoding|charset)\s{0,4}=\s{0,4}["']?\s{0,4}([A-Za-z0-9_.:-]{2,30})""", re.I)


def decode(body: bytes, *declared: str) -> tuple[str, bool]:
    """Return the text and whether every byte was understood.

    A byte order mark decides; else valid UTF-8 is UTF-8, whatever is declared (other text is almost never valid
    UTF-8 by chance); else the `declared` names (an HTTP header's first), then what the document itself declares in
    its first 2 KiB, then Windows-1252 where something was declared; at last UTF-8 with U+FFFD for the bad bytes.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _replaced(body, name)
    inside = [found.decode("ascii") for found in _DECLARED.findall(body[:2048])[:2]]
    names = [name for name in (*declared, *inside) if known_charset(name)]
    if not any(name.lower().startswith(_SEVEN_BIT) for name in names):
        names.insert(0, _wide(body) or "utf-8")
    for name in names:
        try:
            return body.decode(_codec(name)), True
        except (UnicodeError, LookupError):
            continue
    return _replaced(body, "utf-8")


def charset(content_type: str) -> tuple[str, ...]:
    """Return the charset that a Content-Type header names, or nothing."""
    declared = _CHARSET.search(content_type[:500])
    return (declared[1],) if declared else ()


def known_charset(name: str) -> bool:
    """Say whether the name is a plain character set that is taken."""
    return bool(_KNOWN.fullmatch(name.strip().lower()))


def _codec(name: str) -> str:
    lowered = name.strip().lower()
    # WHATWG: what calls itself Latin-1 or ASCII is Windows-1252 (curly quotes in 0x91 to 0x94).
    return "cp1252" if lowered in {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else lowered


def _wide(body: bytes) -> str:
    """Recognise UTF-16 without a byte order mark by the zero beside the first `<`."""
    return {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(body[:2], "")


def _replaced(body: bytes, name: str) -> tuple[str, bool]:
    text = body.decode(name, "replace")
    return text, "�" not in text

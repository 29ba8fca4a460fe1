"""Makes foreign text safe within a line of markdown: it can neither become markup nor act in a terminal.

Rules of CommonMark 0.31 (2.4: any ASCII punctuation may be escaped) and GitHub's extensions. Linear time.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

# ECMA-48 control sequences: CSI and OSC with their arguments; whatever is left of others is a removed control.
_TERMINAL = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")
_ALWAYS = re.compile(r"[\\`*_{}\[\]<>|~#]")
_DOLLAR = re.compile(r"\$(?![0-9])")  # mathematics on forges: no formula ends with a dollar that a digit follows
_ENTITY = re.compile(r"&(?=#|[A-Za-z][A-Za-z0-9]{1,31};)")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)")
_DOUBLED = re.compile(r"(?<=([=%^]))(?=\1)")  # highlights and comments of notes programs
_BLOCK_START = re.compile(r"([-+=:])|([0-9]{1,9})(?=[.)](?: |$))")
_URL_SAFE = "/?#:@!$&'*+,;=-._~%"


def plain(text: str) -> str:
    """Return text that shows as itself wherever it stands in a line, at its start too, and in a table's cell."""
    escaped = _ALWAYS.sub(lambda match: "\\" + match[0], visible(text))
    escaped = _DOLLAR.sub(r"\\$", escaped)
    escaped = _ENTITY.sub(r"\\&", escaped)
    escaped = _AUTOLINK.sub(lambda match: match[0] + "\\", escaped)
    escaped = _DOUBLED.sub(r"\\", escaped)
    start = _BLOCK_START.match(escaped)
    if start is None:
        return escaped
    return f"\\{escaped}" if start[1] else f"{start[2]}\\{escaped[start.end() :]}"


def visible(text: str) -> str:
    """Return one line without terminal sequences, controls, direction marks and invisible characters."""
    kept = (_visible_character(char) for char in _TERMINAL.sub("", text))
    return " ".join("".join(kept).split())


def link(text: str, url: str) -> str:
    """Return a link, or the text alone when `url` is no http(s) address."""
    target = destination(url)
    return f"[{plain(text)}]({target})" if target else plain(text)


def destination(url: str) -> str:
    """Return an http(s) URL in which nothing can end a link's destination; empty for any other URL."""
    cleaned = url.strip()
    try:
        parts = urlsplit(cleaned)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    # Brackets stand for themselves in the host only (IPv6).
    safe = _URL_SAFE + ("[]" if parts.netloc.count("[") else "")
    return quote(cleaned.encode("utf-8", "replace"), safe=safe)


def _visible_character(char: str) -> str:
    if char in "\t\n\r\u2028\u2029\x85\x0b\x0c":
        return " "
    # Cc controls, Cf direction marks and zero-width characters, Cs lone surrogates, Co private use
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co"):
        return ""
    return char

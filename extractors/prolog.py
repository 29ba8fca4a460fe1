"""What stands before a feed's root element, read by hand, since XML parsers can be killed there."""

import re

from extractors.errors import FeedUnreadable

_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|channel|[A-Za-z_][\w.-]{0,30}:(?:rss|feed|RDF))\b")
_ENTITY = re.compile(r"<!ENTITY\s{1,100}([\w.:-]{1,100})\s{1,100}(?:\"([^\"<]*)\"|'([^'<]*)')\s{0,100}>")
_REFERENCE = re.compile(r"&(?!#[0-9A-Fa-fx]{1,8};)|%")
_MAX_ENTITY = 64
"""Longest value of an entity declaration: with it a document grows at most sixteenfold when it is expanded."""
_MAX_ENTITIES = 300


def with_safe_prolog(text: str) -> str:
    """Return the feed with a prolog of our own: no encoding, no DOCTYPE but for plain entities, no junk before it.

    Raises:
        FeedUnreadable: `html` for a web page, `not_xml` for what has no element at all, `entities` for entity
            declarations that refer to other entities or to files, or are long: they are attacks, never needed.
    """
    subset, start = _skim(text)
    root = re.compile(r"<[A-Za-z_]").search(text, start)
    if root is None:
        raise FeedUnreadable("not_xml", "not_xml: the answer holds no XML element")
    begin = root.start()
    if not _ROOT.match(text, begin):
        later = _ROOT.search(text, begin, begin + 4096)
        if later is None:
            return text[begin:]
        begin = later.start()
    entities = _plain_entities(subset)
    doctype = "<!DOCTYPE feed [\n" + "\n".join(entities) + "\n]>\n" if entities else ""
    return doctype + text[begin:]


def _skim(text: str) -> tuple[str, int]:
    """Return the DOCTYPE's internal subset and the place after the prolog; moves forward only."""
    place, subset = 0, ""
    while True:
        while place < len(text) and text[place] in " \t\r\n\ufeff\x00":
            place += 1
        if text.startswith("<?", place):
            end = text.find("?>", place)
        elif text.startswith("<!--", place):
            end = text.find("-->", place)
        elif text[place : place + 9].upper() == "<!DOCTYPE":
            subset, place = _doctype(text, place)
            continue
        else:
            return subset, place
        if end < 0:
            return subset, place
        place = end + 2


def _doctype(text: str, place: int) -> tuple[str, int]:
    close = text.find(">", place)
    bracket = text.find("[", place)
    if 0 <= bracket < close:
        end = re.compile(r"\]\s{0,100}>").search(text, bracket)
        stop = end.end() if end else len(text)
        return text[bracket:stop], stop
    return "", close + 1 if close >= 0 else len(text)


def _plain_entities(subset: str) -> list[str]:
    found = list(_ENTITY.finditer(subset))
    if len(found) != subset.upper().count("<!ENTITY") or len(found) > _MAX_ENTITIES:
        raise FeedUnreadable("entities", "entities: the feed declares entities that refer to files or cannot be read")
    for match in found:
        value = match[2] if match[2] is not None else match[3]
        if len(value) > _MAX_ENTITY or _REFERENCE.search(value):
            raise FeedUnreadable("entities", f"entities: the entity {match[1]!r} is long or refers to another one")
    return [f'<!ENTITY {match[1]} "{match[2] or match[3] or ""}">' for match in found if '"' not in (match[3] or "")]

"""Which independent source an article counts for. Independence that cannot be shown is not claimed.

In this order: a copy takes its original's origin; the feed's named source; an agency's by-line or date-line; what
the text itself names as where it came from; the publisher's family; else the outlet is its own family.
"""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from extractors.packs import Packs
from extractors.urls import host
from store import bulk

HEAD, TAIL = 700, 600
"""Characters at the start and the end of a text in which its own source lines stand."""

_WORD = r"[A-Z0-9](?:[\w&'’+-]|\.(?=\w)){0,40}"
_NAME = rf"(?P<name>{_WORD}(?: (?:of |and |& |the )?{_WORD}){{0,5}})"
_DATES = frozenset(name.lower() for name in (*calendar.day_name, *calendar.month_name) if name)
_CREDITS = re.compile(
    r"(?:(?i:first|originally) (?:reported|published|appeared|ran) (?:by|in|on|at) "
    r"|(?i:source (?:item|article|story|text)) (?:from|by) "
    r"|(?i:this (?:article|story|report|text|post)) (?:first |originally )?(?:appeared|was (?:first |originally )?"
    r"(?:published|produced|provided)) (?:by|in|on) "
    r"|(?i:republished|syndicated|reprinted|excerpted|translated) (?:with permission )?from "
    r")(?:[Tt]he )?" + _NAME
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of an article when its origin is decided."""

    article_id: str
    url: str
    outlet: str
    author: str
    source_name: str
    text: str
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin's id (a publisher family's, or a slug of the name) and why."""

    origin_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Families:
    """The publisher packs, compiled: families by outlet name and host, and the agencies' names as patterns."""

    by_name: Mapping[str, str]
    by_host: Mapping[str, str]
    dateline: re.Pattern[str] | None
    byline: re.Pattern[str] | None
    lead: re.Pattern[str] | None

    def named(self, name: str) -> str:
        """Return the family of a publisher's name, also where the name goes on ("SCMP China Tech"), or ""."""
        words = _key(name).split(" ")
        for length in range(len(words), 0, -1):
            found = self.by_name.get(" ".join(words[:length]))
            if found and (length == len(words) or length > 1 or len(words[0]) > 2):
                return found
        return ""

    def at(self, url: str) -> str:
        """Return the family of the URL's host or of a domain above it, or an empty string."""
        try:
            labels = host(url).split(".")
        except ValueError:
            return ""
        domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((self.by_host[domain] for domain in domains if domain in self.by_host), "")


def families(packs: Packs) -> Families:
    """Compile the publisher packs."""
    by_name = {_key(name): row.id for row in packs.publishers for name in (row.name, *row.outlets)}
    by_host = {name.lower().removeprefix("www."): row.id for row in packs.publishers for name in row.hosts}
    names = sorted({name for row in packs.publishers if row.agency for name in (row.name, *row.outlets)}, key=len)
    if not names:
        return Families(by_name, by_host, None, None, None)
    agency = "(?P<name>" + "|".join(re.escape(name) for name in reversed(names)) + ")"
    return Families(
        by_name,
        by_host,
        re.compile(
            rf"\({agency}\)\s{{0,3}}[-\u2013\u2014:]|(?:^|\n){agency.replace('name', 'start')} [-\u2013\u2014] "
        ),
        re.compile(rf"(?:^|\b(?:By|From|Source:|Credit:)\s|[,/|]\s?){agency}(?=$|[\s,/|.;)])"),
        re.compile(rf"\b(?:[Aa]ccording to|[Rr]eported by|told) (?:the )?(?:news agency )?{agency}\b"),
    )


def origin_of(source: Source, known: Families) -> Origin:
    """Decide the origin of an article that is no copy. Pure."""
    if source.source_name and _key(source.source_name) != _key(source.outlet):
        return Origin(_origin_id(source.source_name, known), f"the feed names its source: {source.source_name}")
    own = known.named(source.outlet) or known.at(source.url)
    for credit, reason in _credits(source, known):
        origin_id = _origin_id(credit, known)
        if origin_id not in (own, slug(source.outlet)):
            return Origin(origin_id, f"{reason}: {credit}")
    if own:
        return Origin(own, f"publisher family: {own}")
    return Origin(slug(source.outlet) or _host_slug(source.url) or source.article_id, "its own outlet")


def assign(connection: duckdb.DuckDBPyConnection, packs: Packs, article_ids: Iterable[str]) -> tuple[str, ...]:
    """Store the origins of these articles and of their copies; return the other articles whose origin changed."""
    known = families(packs)
    ids = bulk.to_json(sorted(set(article_ids)))
    rows = [
        {"article_id": row[0], "origin_id": origin.origin_id, "origin_reason": origin.reason}
        for row in connection.execute(_READ, {"ids": ids}).fetchall()
        for origin in [origin_of(Source(*row), known)]
    ]
    if rows:
        bulk.stage(connection, "checked_origin", "core.article", rows)
        connection.execute(_WRITE)
    changed = connection.execute(_COPIES).fetchall()
    return tuple(row[0] for row in changed)


_READ = f"""
SELECT article_id, url, coalesce(outlet, ''), coalesce(author, ''), coalesce(source_name, ''),
       left(text, {HEAD}) || chr(10) || right(text, {TAIL})
FROM core.article WHERE copy_of IS NULL AND article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""

_WRITE = """
UPDATE core.article a SET origin_id = o.origin_id, origin_reason = o.origin_reason
FROM checked_origin o WHERE o.article_id = a.article_id
"""

_COPIES = """
UPDATE core.article c SET origin_id = o.origin_id, origin_reason = 'copy of ' || o.article_id
FROM core.article o
WHERE c.copy_of = o.article_id AND (c.origin_id IS DISTINCT FROM o.origin_id
      OR c.origin_reason IS DISTINCT FROM 'copy of ' || o.article_id)
RETURNING c.article_id
"""


def slug(name: str) -> str:
    """Return the name in lower case with hyphens between its words: an origin's id."""
    return "-".join(re.findall(r"\w+", name.casefold()))


def _credits(source: Source, known: Families) -> Iterable[tuple[str, str]]:
    head, tail = source.text[:HEAD], source.text[-TAIL:]
    if known.byline:
        for found in known.byline.finditer(source.author):
            yield found["name"], "by-line"
    if known.dateline:
        for found in known.dateline.finditer(head[:400]):
            yield found["name"] or found["start"], "date-line"
    for part in (head, tail):
        for found in _CREDITS.finditer(part):
            if found["name"].split()[0].lower() not in _DATES:  # "first published on Monday"
                yield found["name"].rstrip(".'’"), "the text names its source"
    if known.lead:
        for found in known.lead.finditer(head[:500]):
            yield found["name"], "its lead is attributed"


def _origin_id(name: str, known: Families) -> str:
    return known.named(name) or slug(name)


def _key(name: str) -> str:
    words = " ".join(re.findall(r"[\w'’&.()-]+", name.casefold().replace("’", "'")))
    return words.removeprefix("the ").rstrip(".")


def _host_slug(url: str) -> str:
    try:
        return host(url).removeprefix("www.")
    except ValueError:
        return ""

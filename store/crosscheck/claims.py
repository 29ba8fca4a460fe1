"""Claims that cannot both hold: two due dates for one event, and one predicate affirmed and denied. Precision first.

Two claims meet only about one entity or within one story, within days, and when their words mostly agree.
"""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import duckdb

from extractors.records import content_id
from store.crosscheck.ledger import Entry, Ledger, SideEntry

Conflict = Literal["due", "polarity"]

REACH_DAYS = 3
"""Plans change: statements further apart are a change and no disagreement."""
MOST_PARTNERS = 100
LEAST_SHARED, LEAST_OVERLAP, LEAST_IN_STORY = 3, 0.5, 0.65
"""Least number of shared words, and their share of all; of claims about no known entity more is asked."""

_NEGATION = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|\w+n['\u2019]t|den(?:y|ies|ied)|ruled? out|rules out|untrue|false)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    ("approv", "reject"), ("accept", "reject"), ("accept", "refus"), ("convict", "acquit"), ("guilty", "innocent"),
    ("confirm", "deni"), ("succeed", "fail"), ("alive", "dead"), ("open", "clos"), ("allow", "ban"), ("win", "los"),
    ("won", "lost"), ("safe", "unsafe"), ("legal", "illegal"), ("resum", "halt"), ("support", "oppos"),
)  # fmt: skip
_MOVED = re.compile(
    r"\b(?:delay\w*|postpon\w*|pushed? back|moved?|brought forward|resched\w*|instead of|rather than|originally|"
    r"previously|slipp?\w*|earlier than|later than)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[.?!;:\u2026]\s|\b(?:if|unless|although|but|because|why)\b", re.IGNORECASE)
_MARKS = re.compile(r"[\"\u201c\u201d]")
_DEADLINE = re.compile(r"\b(?:by|before|until|till|within|no later than|prior to|ahead of)\b", re.IGNORECASE)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """the and that this these those its they their his her our you are was were been being will would
        could should may might can has have had does did for from with not never said says than then there
        here within before until early late next year month week day end new january february march april
        june july august september october november december first second third fourth quarter half summer
        autumn winter spring monday tuesday wednesday thursday friday saturday sunday about into""",
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as the comparison needs it."""

    claim_id: str
    article_id: str
    story_id: str
    origin: str
    outlet: str
    speaker: str
    kind: str
    about_id: str
    about: str
    due_on: date | None
    quote: str
    sentence: str
    published_at: datetime

    @property
    def negated(self) -> bool:
        """Whether it denies what its words describe. Two negations are none."""
        return (len(_NEGATION.findall(self.quote)) + (self.kind == "denial")) % 2 == 1


def conflict(a: Said, b: Said) -> Conflict | None:
    """Return how two claims exclude each other, or None. Symmetric. One voice does not disagree with itself."""
    if a.speaker == b.speaker and (a.article_id == b.article_id or a.origin == b.origin):
        return None
    words_a, words_b = predicate(a.quote), predicate(b.quote)
    opposed = opposite(words_a, words_b)
    if not _same_matter(a, b, words_a - opposed, words_b - opposed):
        return None
    if _dated(a) and _dated(b) and a.negated == b.negated and not opposed:
        return "due" if _apart(a, b) else None
    if a.due_on != b.due_on or {a.kind, b.kind} & {"opinion", "forecast"} or not _plain(a, b):
        return None
    return "polarity" if (a.negated != b.negated) != bool(opposed) else None


def predicate(quote: str) -> frozenset[str]:
    """Return the stems of the telling words of a claim, without numbers, times and negations."""
    words = re.findall(r"[^\W\d_]{3,}", _NEGATION.sub(" ", quote.lower()))
    return frozenset(_stem(word) for word in words if word not in _SMALL)


def opposite(a: frozenset[str], b: frozenset[str]) -> frozenset[str]:
    """Return the words by which one claim says the opposite of the other ("approved", "rejected"), or nothing."""
    for yes, no in _OPPOSITES:
        for one, other in ((a - b, b - a), (b - a, a - b)):
            found = [word for word in one if word.startswith(yes)], [word for word in other if word.startswith(no)]
            if all(found):
                return frozenset((*found[0], *found[1]))
    return frozenset()


def span(said: Said) -> tuple[date, date]:
    """Return the days between which a claim's event falls; a deadline has no first day.

    The due date is the last day of a period as named, and the period is read as the longest that ends on that day.
    """
    last = said.due_on or date.max
    if _DEADLINE.search(said.quote):
        return date.min, last
    if (last.month, last.day) == (12, 31) or (last.month, last.day) == (6, 30):
        return date(last.year, 1, 1), last
    if (last.month, last.day) in ((3, 31), (9, 30)):
        return date(last.year, last.month - 2, 1), last
    if last.day == monthrange(last.year, last.month)[1]:
        return last.replace(day=1), last
    return (last - timedelta(days=6), last) if last.weekday() == 6 else (last, last)


def _stem(word: str) -> str:
    for ending in ("ing", "ies", "ied", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _same_matter(a: Said, b: Said, words_a: frozenset[str], words_b: frozenset[str]) -> bool:
    known = bool(a.about_id) and a.about_id == b.about_id
    if not known and (not a.story_id or a.story_id != b.story_id or (a.about_id and b.about_id)):
        return False
    shared, total = len(words_a & words_b), len(words_a | words_b)
    return shared >= LEAST_SHARED and shared >= (LEAST_OVERLAP if known else LEAST_IN_STORY) * total


def _dated(said: Said) -> bool:
    return said.due_on is not None and said.kind in ("forecast", "plan") and not _MOVED.search(said.sentence)


def _plain(a: Said, b: Said) -> bool:
    """Whether a negation in one of them means the whole: one clause each, and no quotation that one prints further.

    One speaker who is quoted twice said both; a quotation that two print was cut at other places.
    """
    if a.speaker == b.speaker or _SEVERAL.search(a.quote) or _SEVERAL.search(b.quote):
        return False
    return not (_MARKS.search(a.sentence) and _MARKS.search(b.sentence))


def _apart(a: Said, b: Said) -> bool:
    (first_a, last_a), (first_b, last_b) = span(a), span(b)
    return last_a < first_b or last_b < first_a


_CLAIMS = """
CREATE OR REPLACE TEMP TABLE checked_claim AS
WITH new AS (SELECT claim_id FROM core.claim SEMI JOIN checked_article USING (article_id)), sides AS (
    SELECT contradiction_id, unnest(claim_ids) AS claim_id FROM core.contradiction_side
), wanted AS (
    SELECT claim_id FROM new
    UNION SELECT claim_id FROM sides WHERE contradiction_id IN (SELECT contradiction_id FROM sides SEMI JOIN new
        USING (claim_id))
)
SELECT c.*, a.outlet, a.published_at, coalesce(a.origin_id, a.article_id) AS origin_id,
       coalesce(a.story_id, '') AS story_id, c.claim_id IN (SELECT claim_id FROM wanted) AS checked
FROM core.claim c JOIN core.article a USING (article_id)
WHERE a.copy_of IS NULL AND c.kind <> 'opinion' AND a.published_at BETWEEN
    (SELECT min(published_at) FROM core.article SEMI JOIN checked_article USING (article_id)) - to_days($reach)
    AND (SELECT max(published_at) FROM core.article SEMI JOIN checked_article USING (article_id)) + to_days($reach)
"""

_PAIRS = """
SELECT n.claim_id, o.claim_id FROM checked_claim n JOIN checked_claim o
  ON (o.about_id = n.about_id OR o.about_id IS NULL AND n.about_id IS NULL AND o.story_id = n.story_id
      AND n.story_id <> '') AND o.claim_id <> n.claim_id
WHERE n.checked AND abs(epoch(o.published_at) - epoch(n.published_at)) <= 86400 * $reach
QUALIFY row_number() OVER (PARTITION BY n.claim_id ORDER BY o.story_id = n.story_id DESC, o.claim_id) <= $most
"""

_READ = """
SELECT claim_id, article_id, story_id, origin_id, outlet, speaker, kind, coalesce(about_id, ''), about, due_on, quote,
       sentence, published_at
FROM checked_claim
"""


def update(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Enter the claims that exclude each other; those that are gone are resolved."""
    connection.execute(_CLAIMS, {"reach": REACH_DAYS})
    pairs = connection.execute(_PAIRS, {"reach": REACH_DAYS, "most": MOST_PARTNERS}).fetchall()
    claims = {row[0]: Said(*row) for row in connection.execute(_READ).fetchall()}
    names = dict(connection.execute("SELECT entity_id, name FROM core.entity").fetchall())
    edges: dict[Conflict, set[tuple[str, str]]] = defaultdict(set)
    for a, b in pairs:
        found = conflict(claims[a], claims[b])
        if found:
            edges[found].add((min(a, b), max(a, b)))
    for kind in sorted(edges):
        for group in _groups(edges[kind]):
            said = sorted((claims[name] for name in group), key=lambda one: (one.published_at, one.claim_id))
            ledger.enter(_entry(kind, said, names.get(said[0].about_id, said[0].about)))
    ledger.close("claim")


def _groups(edges: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    groups: list[frozenset[str]] = []
    for edge in sorted(edges):
        near = [group for group in groups if group & set(edge)]
        groups = [group for group in groups if group not in near] + [frozenset(edge).union(*near)]
    return groups


def _entry(kind: Conflict, said: Sequence[Said], entity: str) -> Entry:
    sides = _sides(kind, said)
    return Entry(
        contradiction_id=content_id("claim", said[0].about_id, kind, said[0].claim_id),
        kind="claim",
        entity_id=said[0].about_id,
        entity=entity,
        metric=kind,
        scope="",
        unit="",
        verdict="contradiction",
        spread=0.0,
        origins=len({one.origin for one in said}),
        explanation=_explain(kind, sides),
        sides=tuple(_side(side) for side in sides),
    )


def _sides(kind: Conflict, said: Sequence[Said]) -> list[list[Said]]:
    """One side for every due date, or the side that affirms and the one that denies; the larger one first."""
    sides: list[list[Said]] = []
    for one in said:
        home = next((side for side in sides if not any(conflict(one, other) == kind for other in side)), None)
        if home is None:
            sides.append([one])
        else:
            home.append(one)
    return sorted(sides, key=lambda side: -len({one.origin for one in side}))


def _explain(kind: Conflict, sides: Sequence[Sequence[Said]]) -> str:
    if kind == "polarity":
        return "one side affirms what the other denies"
    days = sorted({side[0].due_on for side in sides if side[0].due_on})
    return "the dates exclude each other: due by " + " against ".join(day.isoformat() for day in days)


def _side(side: Sequence[Said]) -> SideEntry:
    return SideEntry(
        value=None,
        unit="",
        outlets=tuple(dict.fromkeys(one.outlet for one in side)),
        origins=tuple(sorted({one.origin for one in side})),
        attributed_to=tuple(dict.fromkeys(one.speaker for one in side if one.speaker)),
        figure_ids=(),
        claim_ids=tuple(one.claim_id for one in side),
        quotes=tuple(one.sentence for one in side),
    )

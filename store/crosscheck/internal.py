"""Articles that disagree with themselves: a rank against the list of those that the text names as ahead.

Only what is unambiguous arithmetic is flagged, and the sum is shown.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from extractors.records import content_id
from store.crosscheck.ledger import Entry, Ledger, SideEntry

REACH = 420
"""Characters after a rank within which the list of those ahead must stand, in the same or the next sentence."""

_AHEAD = re.compile(
    r"(?:^|[\s,;(])(?:(?:it|which|that|this|and|they) )?(?:follows|trails|(?:is |sits |ranks |places |comes )?behind|"
    r"trailing|following|came after|comes after)\s+(?=\S)",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?](?:\s|$)(?![a-z0-9])|\n")
_ASIDE = re.compile(r"\([^()\n]{0,200}\)")
_OTHERS = re.compile(
    r"\b(?:others?|among|several|some|including|such as|e\.g|like|etc|models? from|many|only|closely|narrowly|"
    r"hundreds?|dozens?|rest|all|both|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)

_POSSESSIVE = ("'s", "\u2019s")
"""After a mention that only says whose the next name is: "OpenAI's GPT-5.5"."""


@dataclass(frozen=True, slots=True)
class _Rank:
    figure_id: str
    article_id: str
    outlet: str
    origin: str
    entity_id: str
    entity: str
    metric: str
    scope: str
    value: float
    start: int
    end: int
    sentence: str
    text: str
    attributed_to: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The places of a text's list of those ahead: how many it names, and the words."""

    count: int
    quote: str


def ahead_of(text: str, end: int, names: Iterable[tuple[int, int, str]], own: str) -> Ahead | None:
    """Return those that a text names as ahead, directly after a stated rank; None where that is not clear.

    `end` is the end of the rank in `text`; `names` are mentions as (start, end, entity id) and `own` is the ranked
    entity. Abstains from lists that do not claim to be whole ("among others") and from counted groups.
    """
    clause_end = _next_end(text, _next_end(text, end))
    window = text[end : min(clause_end, end + REACH)]
    found = _AHEAD.search(window)
    if not found:
        return None
    start = end + found.end()
    stop = _next_end(text, start)
    listed = text[start:stop]
    bare = _ASIDE.sub(lambda aside: " " * len(aside.group()), listed)
    if _OTHERS.search(bare):
        return None
    near = [(a - start, b - start, name) for a, b, name in names if a >= start and b <= stop]
    inside = [(a, b, name) for a, b, name in near if bare[a:b].strip()]
    distinct = {name for _, b, name in inside if name != own and listed[b : b + 2] not in _POSSESSIVE}
    parts = _parts(bare)
    whole = len(distinct) == parts > 0 and _leftover(bare, inside) <= parts
    return Ahead(len(distinct), listed.strip()) if whole else None


def _parts(listed: str) -> int:
    """The number of items in "A, B and C"."""
    items = re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", listed)
    return sum(1 for item in items if item.strip(" .,;)"))


def _leftover(listed: str, inside: Iterable[tuple[int, int, str]]) -> int:
    """The number of words beside the names: a variant ("xhigh") may stand there, a clause may not."""
    letters = list(listed)
    for start, end, _ in inside:
        letters[start:end] = " " * (end - start)
    words = re.findall(r"\w+", "".join(letters).lower())
    return sum(word not in ("the", "and", "s") for word in words)


def _next_end(text: str, start: int) -> int:
    found = _END.search(text, start, start + 2000)
    return found.end() if found else min(len(text), start + 2000)


def update(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Enter the ranks of the checked articles that their own lists contradict."""
    ranks = [_Rank(*row) for row in connection.execute(_RANKS).fetchall()]
    names: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for article_id, start, end, entity_id in connection.execute(_NAMES).fetchall():
        names[article_id].append((start, end, entity_id))
    for rank in ranks:
        found = ahead_of(rank.text, rank.end, names[rank.article_id], rank.entity_id)
        if found and found.count != rank.value - 1 and found.count > 1:
            ledger.enter(_entry(rank, found))


def _entry(rank: _Rank, found: Ahead) -> Entry:
    implied = found.count + 1
    shown = f"{found.count} + 1 = {implied}"
    quotes: Sequence[str] = (rank.sentence, found.quote)
    return Entry(
        contradiction_id=content_id("internal", rank.article_id, rank.entity_id, rank.metric, rank.scope, "ahead"),
        kind="internal",
        entity_id=rank.entity_id,
        entity=rank.entity,
        metric=rank.metric,
        scope=rank.scope,
        unit="rank",
        verdict="contradiction",
        spread=abs(rank.value - implied) / max(rank.value, implied),
        origins=1,
        explanation=f"the text says place {rank.value:.0f} and names {found.count} ahead: {shown}",
        sides=(
            _side(rank, rank.value, (rank.figure_id,), quotes[0]),
            _side(rank, float(implied), (), quotes[1]),
        ),
    )


def _side(rank: _Rank, value: float, figure_ids: tuple[str, ...], quote: str) -> SideEntry:
    named = (rank.attributed_to,) if rank.attributed_to else ()
    return SideEntry(value, "rank", (rank.outlet,), (rank.origin,), named, figure_ids, (), (quote,))


_RANKS = """
SELECT f.figure_id, f.article_id, a.outlet, coalesce(a.origin_id, a.article_id), f.entity_id, f.entity, f.metric,
       f.scope, f.value, f.start_char, f.end_char, f.sentence, a.text, coalesce(f.attributed_to, '')
FROM core.figure f SEMI JOIN checked_article USING (article_id) JOIN core.article a USING (article_id)
WHERE f.unit = 'rank' AND f.bound = 'exact' AND f.modality = 'asserted' AND coalesce(f.entity_id, '') <> ''
  AND f.confidence >= 0.5 AND a.copy_of IS NULL
ORDER BY f.article_id, f.start_char
"""

_NAMES = """
SELECT DISTINCT m.article_id, m.start_char, m.end_char, m.entity_id
FROM core.mention m SEMI JOIN checked_article USING (article_id)
WHERE m.article_id IN (SELECT article_id FROM core.figure WHERE unit = 'rank') AND coalesce(m.entity_id, '') <> ''
"""

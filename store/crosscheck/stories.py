"""Groups articles about one event as a stream arrives: average-link over words, meaning and time. Ids stay.

An article joins the story to whose members it is close on average; one close member is not enough, so that no
chain of neighbours grows into one story. Two stories that come close on average are merged under the older id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from extractors.records import content_id
from store import bulk
from store.crosscheck.space import Space

WORDS = 0.5
"""Weight of the TF-IDF cosine; the embeddings' has the rest. Without an embedding words alone decide."""
DAY_PENALTY, MOST_DAYS = 0.02, 7.0
THRESHOLD, WORDS_THRESHOLD = 0.38, 0.17
"""Least average closeness, with embeddings and without."""
MOST_MEMBERS = 30
"""A story's closeness is measured on its latest members: a long-running one moves on."""


@dataclass(slots=True)
class Grouping:
    """The stories of the window while articles are put into them: rows of the space by story id."""

    space: Space
    members: dict[str, list[int]] = field(default_factory=lambda: defaultdict[str, list[int]](list))
    story: dict[int, str] = field(default_factory=dict[int, str])

    def put(self, row: int, story_id: str) -> None:
        """Put an article into a story."""
        self.members[story_id].append(row)
        self.story[row] = story_id

    def closeness(self, row: int, story_id: str) -> float:
        """Return the average closeness of an article to a story above the threshold: negative means apart."""
        others = [other for other in self.members[story_id] if other != row][-MOST_MEMBERS:]
        return average(self.space, row, others) if others else -1.0

    def merge(self, into: str, other: str) -> None:
        """Move all members of `other` into `into`."""
        for row in self.members.pop(other):
            self.put(row, into)
        self.members[into].sort()


def average(space: Space, row: int, others: Sequence[int]) -> float:
    """Return how far the mean closeness of an article to others lies above the threshold."""
    return float(_each(space, row, others).mean())


def _each(space: Space, row: int, others: Sequence[int]) -> Any:
    import numpy as np

    words, meaning = space.cosines(row, others), space.closeness(row, others)
    known = ~np.isnan(meaning)
    close = np.where(known, WORDS * words + (1 - WORDS) * np.nan_to_num(meaning) - THRESHOLD, words - WORDS_THRESHOLD)
    gaps = np.minimum(np.abs(space.days[list(others)] - space.days[row]), MOST_DAYS)
    return close - DAY_PENALTY * gaps


def assign(
    connection: duckdb.DuckDBPyConnection,
    space: Space,
    neighbours: Mapping[int, Sequence[int]],
    article_ids: Sequence[str],
) -> tuple[str, ...]:
    """Give every one of these articles a story; return the other articles whose story changed by a merge."""
    grouping, copies = Grouping(space), _known(connection)
    fresh = [space.rows[name] for name in article_ids if name in space.rows]
    before = {space.rows[name]: story for name, (story, _) in copies.items() if story and name in space.rows}
    for row in sorted(before):
        grouping.put(row, before[row])
    originals = {row: copies[space.ids[row]][1] for row in fresh}
    for row in sorted(row for row in fresh if not originals[row] and row not in before):
        grouping.put(row, _home(grouping, row, neighbours.get(row, ())))
    _merge(grouping, fresh, neighbours)
    for row in sorted(row for row in fresh if originals[row]):
        _follow(grouping, row, space.rows.get(originals[row]))
    changed = {row: story for row, story in grouping.story.items() if before.get(row) != story}
    _write(connection, {space.ids[row]: story for row, story in changed.items()})
    return tuple(space.ids[row] for row in sorted(changed.keys() - set(fresh)))


def _home(grouping: Grouping, row: int, neighbours: Iterable[int]) -> str:
    stories = sorted({grouping.story[other] for other in neighbours if other in grouping.story})
    best = max(stories, key=lambda story: grouping.closeness(row, story), default="")
    if best and grouping.closeness(row, best) >= 0:
        return best
    return content_id("story", grouping.space.ids[row])


def _merge(grouping: Grouping, rows: Iterable[int], neighbours: Mapping[int, Sequence[int]]) -> None:
    """Merge stories that the new articles brought close; the one with the earliest article keeps its id."""
    pairs = {
        (min(a, b), max(a, b))
        for row in rows
        for other in _close(grouping, row, neighbours.get(row, ()))
        for a, b in [(grouping.story[row], grouping.story[other])]
        if a != b
    }
    moved: dict[str, str] = {}
    for pair in sorted(pairs):
        a, b = (_now(moved, story) for story in pair)
        if a != b and _between(grouping, a, b) >= 0:
            old, young = sorted((a, b), key=lambda story: (min(grouping.members[story]), story))
            grouping.merge(old, young)
            moved[young] = old


def _close(grouping: Grouping, row: int, neighbours: Iterable[int]) -> list[int]:
    """The neighbours in stories that are close by themselves; without one no average can be."""
    others = [other for other in neighbours if other in grouping.story] if row in grouping.story else []
    scores = _each(grouping.space, row, others) if others else ()
    return [other for other, score in zip(others, scores, strict=True) if score >= 0]


def _now(moved: Mapping[str, str], story: str) -> str:
    while story in moved:
        story = moved[story]
    return story


def _between(grouping: Grouping, a: str, b: str) -> float:
    small, large = sorted((a, b), key=lambda story: len(grouping.members[story]))
    rows = grouping.members[small][-MOST_MEMBERS:]
    return sum(grouping.closeness(row, large) for row in rows) / len(rows)


def _follow(grouping: Grouping, row: int, original: int | None) -> None:
    """Put a copy into the story of its original; one whose original lies outside the window stands alone."""
    story = grouping.story.get(original, "") if original is not None else ""
    if story:
        former = grouping.story.get(row)
        if former:
            grouping.members[former].remove(row)
        grouping.put(row, story)
    elif row not in grouping.story:
        grouping.put(row, content_id("story", grouping.space.ids[row]))


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """The window's articles with their story and the article they copy, either of which may be empty."""
    rows = connection.execute(
        "SELECT article_id, coalesce(story_id, ''), coalesce(copy_of, '') FROM core.article "
        "SEMI JOIN checked_window USING (article_id)"
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def _write(connection: duckdb.DuckDBPyConnection, stories: Mapping[str, str]) -> None:
    if not stories:
        return
    rows = [{"article_id": name, "story_id": story} for name, story in stories.items()]
    bulk.stage(connection, "checked_story", "core.article", rows)
    connection.execute(
        "UPDATE core.article a SET story_id = s.story_id FROM checked_story s WHERE s.article_id = a.article_id"
    )
    connection.execute(_TITLES)
    connection.execute(
        "DELETE FROM core.story WHERE story_id NOT IN (SELECT story_id FROM core.article WHERE story_id IS NOT NULL)"
    )


# The headline of the earliest article that is no copy; it stays when the story grows.
_TITLES = """
INSERT INTO core.story
SELECT a.story_id, arg_min(a.title, (a.copy_of IS NOT NULL, a.published_at, a.article_id))
FROM core.article a SEMI JOIN checked_story USING (story_id)
WHERE a.story_id NOT IN (SELECT story_id FROM core.story)
GROUP BY a.story_id
"""

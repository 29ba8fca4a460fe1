"""Decides which articles are copies of others, from shared three-word runs and TF-IDF. Independent reports stay apart.

Candidates come from the neighbourhood in the window and from equal content hashes, never from all pairs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import duckdb

from store import bulk
from store.crosscheck.space import Space

CopyKind = Literal["exact", "near", "syndicated", "rewritten"]

SHINGLE = 3
LEAST_SHINGLES = 30
"""Of shorter texts only equal ones are called copies: a note of two sentences shares its runs by chance."""
CONTAINED = 0.45
"""Share of the smaller text's runs. Of 300 pairs of independent reports on one event the highest was 0.41."""
SAME_BODY = 0.75
REWRITTEN = 0.70
"""Least of TF-IDF cosine + 0.3 x containment; 1% of those pairs reach 0.68."""
REWRITTEN_CONTAINED = 0.15
EXACT, NEAR = 0.98, 0.80
NEIGHBOURS = 12


@dataclass(frozen=True, slots=True)
class Decision:
    """How one text is a copy of another, and the evidence's strength from 0 to 1."""

    kind: CopyKind
    score: float


@dataclass(frozen=True, slots=True)
class _Text:
    article_id: str
    content_hash: str
    published_at: datetime
    copy_of: str
    shingles: frozenset[int]

    @property
    def order(self) -> tuple[datetime, str]:
        return self.published_at, self.article_id


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of all runs of SHINGLE words, letters and digits only, case ignored."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(hash(tuple(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1))


def decide(a: frozenset[int], b: frozenset[int], cosine: float) -> Decision | None:
    """Decide on two texts' shingles and the TF-IDF cosine of the two; None: no copy. Symmetric."""
    if a and a == b:
        return Decision("exact", 1.0)
    smaller, larger = sorted((len(a), len(b)))
    if smaller < LEAST_SHINGLES:
        return None
    shared = len(a & b)
    contained, overlap = shared / smaller, shared / (smaller + larger - shared)
    if overlap >= EXACT:
        return Decision("exact", overlap)
    if overlap >= NEAR:
        return Decision("near", overlap)
    if contained >= CONTAINED:
        return Decision("syndicated" if contained >= SAME_BODY else "rewritten", contained)
    if contained >= REWRITTEN_CONTAINED and cosine + 0.3 * contained >= REWRITTEN:
        return Decision("rewritten", min(1.0, cosine))
    return None


def find(
    connection: duckdb.DuckDBPyConnection,
    space: Space,
    neighbours: Mapping[int, Sequence[int]],
    article_ids: Sequence[str],
) -> tuple[str, ...]:
    """Store `copy_of`, `copy_kind` and `copy_score` of these articles; return the older ones that became copies.

    The earliest of a group is its original, and every copy names it directly.
    """
    connection.execute(_FORGET, {"ids": bulk.to_json(list(article_ids))})
    candidates = _candidates(connection, space, neighbours, article_ids)
    texts = _read(connection, {name for pair in candidates for name in pair})
    decided: dict[str, list[tuple[str, Decision]]] = {}
    for a, b in candidates:
        early, late = sorted((texts[a], texts[b]), key=lambda text: text.order)
        found = _decide(early, late, space)
        if found:
            decided.setdefault(late.article_id, []).append((early.article_id, found))
    roots = _roots(decided, texts)
    _write(connection, roots)
    return tuple(sorted(roots.keys() - set(article_ids)))


def _candidates(
    connection: duckdb.DuckDBPyConnection,
    space: Space,
    neighbours: Mapping[int, Sequence[int]],
    article_ids: Sequence[str],
) -> set[tuple[str, str]]:
    near = {
        (min(name, space.ids[other]), max(name, space.ids[other]))
        for name in article_ids
        for other in neighbours.get(space.rows.get(name, -1), ())
    }
    equal = connection.execute(_EQUAL, {"ids": bulk.to_json(list(article_ids))}).fetchall()
    return near | {(min(a, b), max(a, b)) for a, b in equal}


def _decide(early: _Text, late: _Text, space: Space) -> Decision | None:
    if early.content_hash == late.content_hash:
        return Decision("exact", 1.0)
    rows = space.rows.get(early.article_id), space.rows.get(late.article_id)
    cosine = 0.0 if rows[0] is None or rows[1] is None else float(space.cosines(rows[0], [rows[1]])[0])
    return decide(early.shingles, late.shingles, cosine)


def _roots(
    decided: Mapping[str, Sequence[tuple[str, Decision]]], texts: Mapping[str, _Text]
) -> dict[str, tuple[str, Decision]]:
    """Choose the best-scoring earlier article for every copy, and follow it to its original."""
    chosen: dict[str, tuple[str, Decision]] = {}
    for name in sorted(decided, key=lambda name: texts[name].order):
        original, decision = max(decided[name], key=lambda item: (item[1].score, item[0]))
        if original in chosen:
            original = chosen[original][0]
        elif texts[original].copy_of:
            original = texts[original].copy_of
        if original != name:
            chosen[name] = (original, decision)
    return chosen


def _read(connection: duckdb.DuckDBPyConnection, names: set[str]) -> dict[str, _Text]:
    rows = connection.execute(_TEXTS, {"ids": bulk.to_json(sorted(names))}).fetchall()
    return {row[0]: _Text(row[0], row[1], row[2], row[3], shingles(row[4])) for row in rows}


def _write(connection: duckdb.DuckDBPyConnection, roots: Mapping[str, tuple[str, Decision]]) -> None:
    if not roots:
        return
    rows = [
        {"article_id": name, "copy_of": original, "copy_kind": decision.kind, "copy_score": decision.score}
        for name, (original, decision) in roots.items()
    ]
    bulk.stage(connection, "checked_copy", "core.article", rows)
    connection.execute(_MARK)
    connection.execute(_FOLLOW)


_FORGET = """
UPDATE core.article SET copy_of = NULL, copy_kind = NULL, copy_score = NULL
WHERE copy_of IS NOT NULL AND article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""

_EQUAL = """
SELECT a.article_id, b.article_id FROM core.article a JOIN core.article b USING (content_hash)
WHERE a.article_id <> b.article_id AND a.article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""

_TEXTS = """
SELECT article_id, content_hash, published_at, coalesce(copy_of, ''), text FROM core.article
WHERE article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""

_MARK = """
UPDATE core.article a SET copy_of = c.copy_of, copy_kind = c.copy_kind, copy_score = c.copy_score
FROM checked_copy c WHERE c.article_id = a.article_id
"""

# Copies of what has become a copy itself name the new original.
_FOLLOW = """
UPDATE core.article a SET copy_of = c.copy_of FROM checked_copy c
WHERE a.copy_of = c.article_id AND a.article_id <> c.copy_of
"""

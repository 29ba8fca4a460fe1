"""The articles of a window of time as vectors: TF-IDF over words beside the stored embeddings. Nothing all-pairs.

scikit-learn and numpy are imported by the functions that need them, so that reading commands never load them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from store import bulk

WINDOW_DAYS = 30
FEATURES = 2**18
READ_AT_ONCE = 500
BLOCK = 64
"""Rows that are multiplied with the window at once: bounds memory at BLOCK times the window's size."""
BACKGROUND = 300
"""Articles of other matters that the rarity of words is measured against, beside those of the window."""
SEARCH_TERMS = 60
"""Of a text only its most telling words search the window: common ones would touch every article."""


@dataclass(frozen=True, slots=True)
class Space:
    """Articles in the order of their date, with their row of `tfidf` (unit length) and of `vectors` (unit or zero)."""

    ids: tuple[str, ...]
    days: Any
    """Publication in days since 1970, float array (n,)."""
    tfidf: Any
    """scipy.sparse CSR matrix (n, FEATURES), float32, rows of unit length."""
    vectors: Any
    """float32 array (n, dimensions); a zero row where there is no embedding."""
    rows: dict[str, int]

    def cosines(self, row: int, others: Sequence[int]) -> Any:
        """Return the TF-IDF cosines of one article with others, float array."""
        return (self.tfidf[list(others)] @ self.tfidf[row].T).toarray()[:, 0]

    def closeness(self, row: int, others: Sequence[int]) -> Any:
        """Return the embeddings' cosines of one article with others; NaN where either has none."""
        import numpy as np

        chosen = self.vectors[list(others)]
        known = chosen.any(axis=1) & bool(self.vectors[row].any())
        return np.where(known, chosen @ self.vectors[row], np.nan)


def build(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> Space:
    """Read the articles published within WINDOW_DAYS of any of `article_ids`, and those themselves."""
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer

    connection.execute(_WINDOW, {"ids": bulk.to_json(list(article_ids)), "days": WINDOW_DAYS})
    options: dict[str, Any] = {"alternate_sign": False, "norm": None, "stop_words": "english"}
    words: Any = HashingVectorizer(n_features=FEATURES, token_pattern=r"(?u)\b\w\w+\b", **options)
    blocks: list[Any] = []
    ids: list[str] = []
    days: list[float] = []
    cursor = connection.execute(_TEXTS)
    while rows := cursor.fetchmany(READ_AT_ONCE):
        ids.extend(row[0] for row in rows)
        days.extend(row[1] for row in rows)
        blocks.append(words.transform([row[2] for row in rows]).astype(np.float32))
    index = {name: row for row, name in enumerate(ids)}
    return Space(tuple(ids), np.array(days), weighted(_stacked(blocks)), _vectors(connection, index), index)


def weighted(counts: Any) -> Any:
    """Return TF-IDF rows of unit length: (1 + ln tf) x (1 + ln((n + b) / (df + 1))), b = BACKGROUND.

    The background of unseen articles keeps a small store usable: in five articles about one event no word is rare.
    """
    import numpy as np
    from sklearn.preprocessing import normalize

    matrix = counts.tocsr().astype(np.float32)
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rarity = 1 + np.log((matrix.shape[0] + BACKGROUND) / (frequency + 1))
    matrix.data = (1 + np.log(matrix.data)) * rarity[matrix.indices].astype(np.float32)
    return normalize(matrix, copy=False)


def nearest(space: Space, rows: Sequence[int], count: int) -> dict[int, tuple[int, ...]]:
    """Return, for each of `rows`, its `count` nearest articles by words and as many by meaning, without itself.

    None of them is further away than WINDOW_DAYS.
    """
    found: dict[int, tuple[int, ...]] = {}
    for first in range(0, len(rows), BLOCK):
        block = rows[first : first + BLOCK]
        by_words, by_meaning = _by_words(space, block, count + 1), _by_meaning(space, block, count + 1)
        for row, some, others in zip(block, by_words, by_meaning, strict=True):
            near = {*some, *others} - {row}
            found[row] = tuple(
                sorted(other for other in near if abs(space.days[other] - space.days[row]) <= WINDOW_DAYS)
            )
    return found


_WINDOW = """
CREATE OR REPLACE TEMP TABLE checked_window AS
WITH wanted AS (SELECT unnest($ids::JSON::VARCHAR[]) AS article_id), days AS (
    SELECT DISTINCT CAST(published_at AS DATE) AS day FROM core.article SEMI JOIN wanted USING (article_id)
), spans AS (
    SELECT DISTINCT day + CAST(step AS INTEGER) AS day FROM days, range(-$days, $days + 1) AS steps(step)
)
SELECT a.article_id, a.published_at FROM core.article a
WHERE CAST(a.published_at AS DATE) IN (SELECT day FROM spans)
"""

_TEXTS = """
SELECT article_id, epoch(published_at) / 86400, title || ' ' || title || ' ' || text
FROM core.article SEMI JOIN checked_window USING (article_id) ORDER BY published_at, article_id
"""

_VECTORS = """
WITH chosen AS (SELECT e.* FROM core.embedding e SEMI JOIN checked_window USING (article_id)),
main AS (SELECT model, len(vector) AS size FROM chosen GROUP BY ALL ORDER BY count(*) DESC, model LIMIT 1)
SELECT c.article_id, c.vector FROM chosen c JOIN main m ON c.model = m.model AND len(c.vector) = m.size
"""


def _vectors(connection: duckdb.DuckDBPyConnection, index: dict[str, int]) -> Any:
    """The embeddings of the window's most frequent model; others cannot be compared with them."""
    import numpy as np

    cursor = connection.execute(_VECTORS)
    vectors = np.zeros((len(index), 1), np.float32)
    while rows := cursor.fetchmany(READ_AT_ONCE):
        if vectors.shape[1] != len(rows[0][1]):
            vectors = np.zeros((len(index), len(rows[0][1])), np.float32)
        for name, vector in rows:
            vectors[index[name]] = vector
    return vectors


def _stacked(blocks: Sequence[Any]) -> Any:
    from scipy.sparse import csr_matrix, vstack

    return vstack(blocks, format="csr") if blocks else csr_matrix((0, FEATURES))


def _by_words(space: Space, rows: Sequence[int], count: int) -> list[tuple[int, ...]]:
    import numpy as np

    product = (_telling(space.tfidf[list(rows)]) @ space.tfidf.T).tocsr()
    found: list[tuple[int, ...]] = []
    for start, end in zip(product.indptr, product.indptr[1:], strict=False):
        scores, places = product.data[start:end], product.indices[start:end]
        best = np.argsort(-scores, kind="stable")[:count]
        found.append(tuple(int(place) for place in places[best]))
    return found


def _telling(matrix: Any) -> Any:
    """Keep the SEARCH_TERMS heaviest entries of every row."""
    import numpy as np

    kept = matrix.copy()
    for start, end in zip(kept.indptr, kept.indptr[1:], strict=False):
        if end - start > SEARCH_TERMS:
            weights = kept.data[start:end]
            weights[weights < np.partition(weights, -SEARCH_TERMS)[-SEARCH_TERMS]] = 0
    kept.eliminate_zeros()
    return kept


def _by_meaning(space: Space, rows: Sequence[int], count: int) -> list[tuple[int, ...]]:
    import numpy as np

    scores = space.vectors[list(rows)] @ space.vectors.T
    top = min(count, scores.shape[1])
    best = np.argpartition(-scores, top - 1, axis=1)[:, :top] if top else np.zeros((len(rows), 0), int)
    return [tuple(int(place) for place in places if scores[line, place] > 0) for line, places in enumerate(best)]

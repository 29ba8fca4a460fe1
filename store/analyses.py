"""What was found in articles. Storing an analysis replaces everything that was found in those articles before."""

import math
from collections.abc import Sequence
from decimal import Decimal

import duckdb

from extractors.records import Analysis, Claim, Figure, Mention, Sentiment, content_id
from store import bulk, entities
from store.transactions import transaction

_TABLES = ("mention", "figure", "claim", "sentiment", "embedding")


def store(connection: duckdb.DuckDBPyConnection, batch: Sequence[Analysis], model: str) -> None:
    """Store the analyses of a batch in one transaction and mark its articles as analysed in their revision.

    `model` names what made the embeddings. A figure whose value no 64-bit float holds is left out. Of two analyses
    of one article in the batch the later one counts.
    """
    unique = list({analysis.article_id: analysis for analysis in batch}.values())
    if not unique:
        return
    with transaction(connection):
        replaced = _forget(connection, [analysis.article_id for analysis in unique])
        bulk.insert(connection, "core.mention", [_mention(a.article_id, m) for a in unique for m in a.mentions])
        bulk.insert(connection, "core.figure", _figures(unique))
        bulk.insert(connection, "core.claim", _claims(unique))
        bulk.insert(connection, "core.sentiment", [_sentiment(a.article_id, s) for a in unique for s in a.sentiment])
        bulk.insert(connection, "core.embedding", [_embedding(a, model) for a in unique if a.embedding])
        entities.merge(connection, (entity for analysis in unique for entity in analysis.entities))
        if replaced:
            entities.prune(connection)
        connection.execute(_MARK, {"ids": bulk.to_json([analysis.article_id for analysis in unique])})


_MARK = """
    UPDATE core.article SET analysed_revision = revision
    WHERE article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))
"""


def _forget(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> bool:
    """Delete earlier findings and say whether there were any; articles that are analysed first need no search."""
    ids = {"ids": bulk.to_json(article_ids)}
    row = connection.execute(
        """SELECT count(*) FROM core.article
           WHERE analysed_revision IS NOT NULL AND article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))""",
        ids,
    ).fetchone()
    if not row or not row[0]:
        return False
    for table in _TABLES:
        connection.execute(f"DELETE FROM core.{table} WHERE article_id IN (SELECT unnest($ids::JSON::VARCHAR[]))", ids)
    return True


def figure_id(article_id: str, figure: Figure) -> str:
    """Return the figure's id: it derives from the article, the place and the whole reading."""
    reading = (figure.entity_id, figure.metric, figure.scope, figure.value, figure.unit, figure.modality)
    return content_id(article_id, figure.start, figure.end, *reading)


def claim_id(article_id: str, claim: Claim) -> str:
    """Return the claim's id: it derives from the article, the place, the speaker and the kind."""
    return content_id(article_id, claim.start, claim.end, claim.speaker, claim.kind, claim.about_id)


def _figures(batch: Sequence[Analysis]) -> list[bulk.Row]:
    return _unique([_figure(a.article_id, f) for a in batch for f in a.figures if _fits(f)], "figure_id")


def _claims(batch: Sequence[Analysis]) -> list[bulk.Row]:
    return _unique([_claim(a.article_id, c) for a in batch for c in a.claims], "claim_id")


def _unique(rows: Sequence[bulk.Row], key: str) -> list[bulk.Row]:
    return list({row[key]: row for row in rows}.values())


def _fits(figure: Figure) -> bool:
    return all(math.isfinite(_float(number)) for number in (figure.value, figure.low, figure.high, figure.step))


def _float(number: Decimal) -> float:
    try:
        return float(number)
    except OverflowError:  # pragma: no cover - float() of a huge Decimal gives inf, of a signalling NaN it raises
        return math.inf
    except ValueError:
        return math.nan


def _figure(article_id: str, figure: Figure) -> bulk.Row:
    return {
        "figure_id": figure_id(article_id, figure),
        "article_id": article_id,
        "entity_id": figure.entity_id or None,
        "entity": figure.entity,
        "metric": figure.metric,
        "scope": figure.scope,
        "value": float(figure.value),
        "low": float(figure.low),
        "high": float(figure.high),
        "step": float(figure.step),
        "unit": figure.unit,
        "bound": figure.bound,
        "modality": figure.modality,
        "as_of": figure.as_of,
        "attributed_to": figure.attributed_to,
        "attributed_id": figure.attributed_id or None,
        "quote": figure.quote,
        "sentence": figure.sentence,
        "start_char": figure.start,
        "end_char": figure.end,
        "confidence": figure.confidence,
    }


def _mention(article_id: str, mention: Mention) -> bulk.Row:
    return {
        "article_id": article_id,
        "entity_id": mention.entity_id or None,
        "name": mention.name,
        "kind": mention.kind,
        "known_by": mention.known_by,
        "quote": mention.quote,
        "start_char": mention.start,
        "end_char": mention.end,
    }


def _claim(article_id: str, claim: Claim) -> bulk.Row:
    return {
        "claim_id": claim_id(article_id, claim),
        "article_id": article_id,
        "speaker": claim.speaker,
        "speaker_id": claim.speaker_id or None,
        "verb": claim.verb,
        "kind": claim.kind,
        "about_id": claim.about_id or None,
        "about": claim.about,
        "polarity": claim.polarity,
        "due_on": claim.due_on,
        "sentence": claim.sentence,
        "quote": claim.quote,
        "start_char": claim.start,
        "end_char": claim.end,
    }


def _sentiment(article_id: str, sentiment: Sentiment) -> bulk.Row:
    return {
        "article_id": article_id,
        "entity_id": sentiment.entity_id or None,
        "entity": sentiment.entity,
        "score": sentiment.score,
        "label": sentiment.label,
        "method": sentiment.method,
        "evidence": sentiment.evidence,
        "start_char": sentiment.start,
        "end_char": sentiment.end,
    }


def _embedding(analysis: Analysis, model: str) -> bulk.Row:
    return {"article_id": analysis.article_id, "model": model, "vector": [float(x) for x in analysis.embedding]}


_PRIVATE = {"known_by", "step", "attributed_id", "speaker_id", "verb", "polarity", "method"}


def rows_of(analysis: Analysis) -> dict[str, list[dict[str, object]]]:
    """Return what was found as the rows of the public views, under `mentions`, `figures`, `claims`, `sentiment`.

    The columns that the views take from the article (outlet, published_at) are left to the caller.
    """
    tables = {
        "mentions": [_mention(analysis.article_id, each) for each in analysis.mentions],
        "figures": _figures([analysis]),
        "claims": _claims([analysis]),
        "sentiment": [_sentiment(analysis.article_id, each) for each in analysis.sentiment],
    }
    return {name: [_public(row) for row in rows] for name, rows in tables.items()}


def _public(row: bulk.Row) -> dict[str, object]:
    return {column: value for column, value in row.items() if column not in _PRIVATE}

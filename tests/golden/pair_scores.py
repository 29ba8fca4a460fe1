"""Runs the golden pairs through extraction, store and cross-check, and scores them beside plainer rules."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extractors import packs
from extractors.pipeline import Toolkit, read, toolkit
from extractors.records import Analysis, Article, EntityKind
from store import analyses, articles
from store.contradictions import ContradictionRow, list_contradictions
from store.crosscheck.run import crosscheck
from tests import factories

GOLDEN = Path(__file__).parent / "pairs.jsonl"
NEGATION = re.compile(r"\b(?:not|no|never|denied|denies|deny|without|neither|nor|cannot|\w+n't)\b", re.IGNORECASE)

APART = timedelta(days=150)
"""Between two pairs in the store, so that no story holds two of them. What is read of the texts does not see it."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of one side of a pair."""

    figure_id: str
    entity: str
    metric: str
    unit: str
    value: float
    step: float
    quote: str
    side: str
    hedged: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the pipeline made of one pair."""

    row: Row
    figures: tuple[Stated, ...]
    labels: Mapping[tuple[str, str], tuple[str, str]]
    """Label and rule by the two figure ids, for figures of both sides."""
    flags: tuple[ContradictionRow, ...]

    @property
    def flagged(self) -> bool:
        """Whether the two texts stand on two sides of a contradiction."""
        return bool(self.flags)


@dataclass(frozen=True, slots=True)
class Score:
    """How often a rule calls a pair a contradiction, and how often that is right."""

    name: str
    right: int
    flagged: int
    real: int

    @property
    def precision(self) -> float:
        return self.right / self.flagged if self.flagged else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.real if self.real else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.flagged + self.real) if self.flagged + self.real else 0.0

    def __str__(self) -> str:
        return (
            f"{self.name:<46} {self.right:>4} {self.flagged:>4} {self.real:>4}"
            f"   {self.precision:.3f}  {self.recall:.3f}  {self.f1:.3f}"
        )


def rows() -> list[dict[str, Any]]:
    """The labelled pairs."""
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def run(pairs: Sequence[Row]) -> tuple[Outcome, ...]:
    """Read, store and compare all pairs in one store, months apart; the entities of each pair are its own."""
    tools, connection = _tools(pairs), factories.open_memory()
    made = [(number, pair, side, _article(pair, side)) for number, pair in enumerate(pairs) for side in ("a", "b")]
    stored = [replace(article, published_at=_at(article) + APART * number) for number, _, _, article in made]
    articles.store(connection, stored, (), "run")
    analyses.store(connection, [_analysis(pair, article, tools) for _, pair, _, article in made], "none")
    crosscheck(connection, tools.packs, now=factories.NOW)
    places = {article.article_id: (pair["id"], side) for _, pair, side, article in made}
    return tuple(_outcomes(connection, pairs, places))


_KINDS: Mapping[str, EntityKind] = {
    "ORG": "company", "PERSON": "person", "GPE": "place", "PRODUCT": "product", "FAC": "other", "WORK_OF_ART": "other",
    "EVENT": "other", "MODEL": "model",
}  # fmt: skip


def _tools(pairs: Sequence[Row]) -> Toolkit:
    """The built-in packs and the pairs' invented names, as a user's own pack would name them."""
    known = packs.load()
    names = {name: kind for pair in pairs for name, kind in pair["names"].items()}
    own = [
        packs.PackEntity(id="-".join(name.lower().split()), name=name, kind=_KINDS[kind])
        for name, kind in names.items()
    ]
    return toolkit(replace(known, entities=(*known.entities, *own)))


def _at(article: Article) -> datetime:
    assert article.published_at
    return article.published_at


def _article(pair: Row, side: str) -> Article:
    text: str = pair[side]["text"]
    made = factories.article(f"{pair['id']}-{side}", text=text, outlet=pair[side]["outlet"])
    late = timedelta(hours=pair["hours"]) if side == "b" else timedelta(0)
    return replace(
        made, title=f"{', '.join(pair['names'])}: {pair['field']} {pair['id']}", published_at=factories.NOW + late
    )


def _analysis(pair: Row, article: Article, tools: Toolkit) -> Analysis:
    """What is read, with the pair's number behind every entity: names recur from pair to pair."""
    found = read(article, tools)
    return replace(
        found,
        mentions=tuple(replace(m, entity_id=_own(pair, m.entity_id)) for m in found.mentions),
        figures=tuple(replace(f, entity_id=_own(pair, f.entity_id)) for f in found.figures),
        claims=tuple(replace(c, about_id=_own(pair, c.about_id)) for c in found.claims),
        entities=tuple(replace(e, entity_id=_own(pair, e.entity_id)) for e in found.entities),
    )


def _own(pair: Row, entity_id: str) -> str:
    return f"{entity_id}#{pair['id']}" if entity_id else ""


def _outcomes(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[Row], places: Mapping[str, tuple[str, str]]
) -> Iterator[Outcome]:
    figures: dict[str, list[Stated]] = defaultdict(list)
    home: dict[str, str] = {}
    for article_id, *values, bound in connection.execute(_FIGURES).fetchall():
        name, side = places[article_id]
        figures[name].append(Stated(*values, side=side, hedged=bound != "exact"))
        home[values[0]] = name
    labels: dict[str, dict[tuple[str, str], tuple[str, str]]] = defaultdict(dict)
    for a, b, label, rule in connection.execute("SELECT figure_a, figure_b, label, rule FROM core.pair").fetchall():
        labels[home[a]][(a, b)] = (label, rule)
    flags: dict[str, list[ContradictionRow]] = defaultdict(list)
    for row in list_contradictions(connection, state="open"):
        first = row.sides[0].articles[0].article_id
        if row.verdict == "contradiction":
            flags[places[first][0]].append(row)
    for pair in pairs:
        name = pair["id"]
        yield Outcome(pair, tuple(figures[name]), labels[name], tuple(flags[name]))


_FIGURES = """
SELECT article_id, figure_id, coalesce(entity_id, ''), metric, unit, value, step, quote, bound FROM core.figure
ORDER BY article_id, start_char
"""


def label_of(outcome: Outcome) -> str:
    """The label that the pipeline gives the pair's two marked numbers, or `none` when it does not compare them."""
    sides = {figure.figure_id: figure.side for figure in outcome.figures if _marked(outcome.row, figure)}
    found = [
        label for (a, b), (label, _) in outcome.labels.items() if a in sides and b in sides and sides[a] != sides[b]
    ]
    return found[0] if found else "none"


def _marked(row: Row, figure: Stated) -> bool:
    number: str = row[figure.side]["number"]
    return figure.quote in number or number in figure.quote


def score(name: str, outcomes: Sequence[Outcome], says: Callable[[Outcome], bool]) -> Score:
    """Score a rule that says of a pair whether it is a contradiction."""
    flagged = [outcome for outcome in outcomes if says(outcome)]
    right = sum(outcome.row["label"] == "contradiction" for outcome in flagged)
    return Score(name, right, len(flagged), sum(outcome.row["label"] == "contradiction" for outcome in outcomes))


def values_differ(outcome: Outcome) -> bool:
    """Two figures of one entity, metric and unit with other values."""
    return any(a.value != b.value for a, b in _met(outcome))


def values_differ_unrounded(outcome: Outcome) -> bool:
    """The same, unless half a step of the coarser number's last digit covers the difference."""
    return any(abs(a.value - b.value) > max(a.step, b.step) / 2 for a, b in _met(outcome))


def negation_differs(outcome: Outcome) -> bool:
    """One text has a negation word and the other none."""
    a, b = (bool(NEGATION.search(outcome.row[side]["text"])) for side in ("a", "b"))
    return a != b


def _met(outcome: Outcome) -> list[tuple[Stated, Stated]]:
    return [
        (a, b)
        for a in outcome.figures
        for b in outcome.figures
        if a.side == "a" and b.side == "b" and (a.entity, a.metric, a.unit) == (b.entity, b.metric, b.unit) and a.entity
    ]


def table(outcomes: Sequence[Outcome]) -> tuple[Score, ...]:
    """The pipeline beside the plain rules."""
    return (
        score("crosswire", outcomes, lambda outcome: outcome.flagged),
        score("values differ", outcomes, values_differ),
        score("values differ by more than the last digit", outcomes, values_differ_unrounded),
        score("negation words", outcomes, negation_differs),
    )

"""The digest's view of the contradictions: which belong to a week, in which group, and what stands on each side.

A contradiction arises when its second side is published; one found later belongs to the week in which it was found.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from reports.fragments import Counted, Metric, Moment, Quote, Title, Value, Word
from reports.week import Week
from store import weekly
from store.contradictions import ContradictionRow, SideRow, StatementRow, list_contradictions, list_events

_MOST_LINKS = 6
_CLOSING = frozenset({"resolved", "dismissed"})
_CHANGING = frozenset({"widened", "narrowed", "reopened"})


@dataclass(frozen=True, slots=True)
class SideView:
    """One side: its value (none for claims), who prints it, and its best quote with its place."""

    value: Value | None
    origins: Counted
    outlets: tuple[Word, ...]
    quote: Quote
    source: Title
    published_at: Moment
    speaker: Word | None
    also: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """One disagreement as the digest prints it."""

    contradiction_id: str
    entity: Word | None
    metric: Metric | None
    scope: Word | None
    ambiguous: bool
    internal: bool
    dismissed: bool
    spread: float
    explanation: Word | None
    sides: tuple[SideView, ...]


@dataclass(frozen=True, slots=True)
class Disagreements:
    """The contradictions of a week by what became of them, each group in the store's order."""

    new: tuple[ContradictionView, ...]
    changed: tuple[ContradictionView, ...]
    resolved: tuple[ContradictionView, ...]
    still_open: tuple[ContradictionView, ...]

    @property
    def open(self) -> tuple[ContradictionView, ...]:
        """All that are open at the end, clear ones before ambiguous ones, the new ones first."""
        return tuple(sorted((*self.new, *self.changed, *self.still_open), key=lambda view: view.ambiguous))

    def counted(self, *groups: tuple[ContradictionView, ...]) -> Counted:
        """Count the contradictions in some groups."""
        return Counted("contradiction", tuple(view.contradiction_id for group in groups for view in group))


def disagreements(connection: duckdb.DuckDBPyConnection, week: Week) -> Disagreements:
    """Read the contradictions that a digest of `week` shows."""
    rows = list_contradictions(connection)
    events = _events(connection, week)
    ids = tuple(figure for row in rows for side in row.sides for figure in side.figure_ids)
    figures = weekly.stated(connection, ids)
    groups: dict[str, list[ContradictionView]] = {"new": [], "changed": [], "resolved": [], "still_open": []}
    for row in rows:
        group = _group(row, week, events.get(row.contradiction_id, frozenset()))
        if group and all(side.statements for side in row.sides):
            groups[group].append(_view(row, figures, week))
    return Disagreements(**{name: tuple(views) for name, views in groups.items()})


def _events(connection: duckdb.DuckDBPyConnection, week: Week) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for event in list_events(connection, week.start, week.end):
        found[event.contradiction_id] = found.get(event.contradiction_id, frozenset()) | {event.event}
    return found


def _group(row: ContradictionRow, week: Week, events: frozenset[str]) -> str:
    """Return the group of a contradiction, or "" when the week knows nothing of it."""
    if row.state != "open":
        return "resolved" if events & _CLOSING else ""
    arose, dates = _arose_at(row), [statement.article.published_at for statement in _statements(row)]
    if _within(arose, week) or (arose < week.start and _within(row.first_seen, week)):
        return "new"
    if arose >= week.end:
        # Published later; it is shown only when it had been found by then (an import dated into the future).
        return "new" if _within(row.first_seen, week) else ""
    return "changed" if events & _CHANGING or any(_within(at, week) for at in dates) else "still_open"


def _arose_at(row: ContradictionRow) -> datetime:
    firsts = sorted(
        min(statement.article.published_at for statement in side.statements) for side in row.sides if side.statements
    )
    return firsts[min(1, len(firsts) - 1)] if firsts else row.first_seen


def _statements(row: ContradictionRow) -> tuple[StatementRow, ...]:
    return tuple(statement for side in row.sides for statement in side.statements)


def _within(at: datetime, week: Week) -> bool:
    return week.start <= at < week.end


def _view(row: ContradictionRow, figures: dict[str, weekly.Stated], week: Week) -> ContradictionView:
    return ContradictionView(
        contradiction_id=row.contradiction_id,
        entity=Word("entity", row.entity) if row.entity else None,
        metric=Metric(row.metric) if row.metric else None,
        scope=Word("scope", row.scope) if row.scope else None,
        ambiguous=row.verdict == "ambiguous",
        internal=row.kind == "internal",
        dismissed=row.state == "dismissed",
        spread=row.spread,
        explanation=Word("explanation", row.explanation) if row.explanation else None,
        sides=tuple(_side(side, figures, week) for side in row.sides),
    )


def _side(side: SideRow, figures: dict[str, weekly.Stated], week: Week) -> SideView:
    best = min(side.statements, key=lambda statement: _rank(statement, side, figures))
    article = best.article
    figure = figures.get(best.statement_id)
    others = [other for other in side.articles if other.article_id != article.article_id][:_MOST_LINKS]
    return SideView(
        value=Value(figure.figure_id, figure.value, figure.unit, figure.bound) if figure else None,
        origins=Counted("origin", side.origins),
        outlets=tuple(Word("outlet", outlet) for outlet in side.outlets),
        quote=Quote.of(article.article_id, best.sentence),
        source=Title(article.article_id, article.title, article.url, article.outlet, as_outlet=True),
        published_at=Moment(article.published_at, week.zone),
        speaker=Word("speaker", best.attributed_to) if best.attributed_to else None,
        also=tuple(Title(other.article_id, other.title, other.url, other.outlet, as_outlet=True) for other in others),
    )


def _rank(
    statement: StatementRow, side: SideRow, figures: dict[str, weekly.Stated]
) -> tuple[bool, bool, datetime, str]:
    """The side's own value stated exactly, then the earliest."""
    figure = figures.get(statement.statement_id)
    other_value = figure is None or figure.value != side.value
    return (
        other_value,
        figure is None or figure.bound != "exact",
        statement.article.published_at,
        statement.statement_id,
    )

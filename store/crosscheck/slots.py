"""A figure with its slot as the cross-check reads it from the store, and what its article says changed. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from store.crosscheck.labels import EARLIER, NAMED_SOURCE, Stated
from store.crosscheck.scopes import Atom, ScopeTable
from store.crosscheck.wording import is_former, qualifications, ranked_in


@dataclass(frozen=True, slots=True)
class SlotFigure:
    """A figure with what its slot is, who prints it and what it says."""

    stated: Stated
    entity_id: str
    entity: str
    metric: str
    outlet: str
    attributed_to: str
    quote: str
    sentence: str


COLUMNS = (
    "figure_id, article_id, story_id, origin_id, attributed_id, attributed_to, value, low, high, step, unit, bound, "
    "modality, scope, as_of, published_at, dated, decimals, entity_id, entity, metric, outlet, quote, sentence"
)


def slot_figures(rows: Iterable[Sequence[Any]], scopes: ScopeTable) -> dict[str, SlotFigure]:
    """Build figures from rows of COLUMNS, by id; each knows which former values its own article says it replaced."""
    return with_changes({row[0]: slot_figure(row, scopes) for row in rows})


def with_changes(figures: Mapping[str, SlotFigure]) -> dict[str, SlotFigure]:
    """Give every figure the values that its article names as former in the same slot ("up from $1.9 billion")."""
    former: dict[tuple[str, ...], list[Stated]] = defaultdict(list)
    for figure in figures.values():
        if figure.stated.former:
            former[_place(figure)].append(figure.stated)
    return {name: _replacing(figure, former.get(_place(figure), ())) for name, figure in figures.items()}


def _place(figure: SlotFigure) -> tuple[str, ...]:
    return figure.stated.article_id, figure.entity_id, figure.metric, figure.stated.unit


def _replacing(figure: SlotFigure, former: Sequence[Stated]) -> SlotFigure:
    if figure.stated.former or not former:
        return figure
    values = tuple(sorted({old.value for old in former if old.value != figure.stated.value}))
    return replace(figure, stated=replace(figure.stated, replaces=values))


def slot_figure(row: Sequence[Any], scopes: ScopeTable) -> SlotFigure:
    """Build a figure from a row of COLUMNS."""
    figure_id, article_id, story_id, origin, attributed_id, attributed_to = row[:6]
    value, low, high, step, unit, bound, modality, scope, as_of, published_at, dated, decimals = row[6:18]
    entity_id, entity, metric, outlet, quote, sentence = row[18:]
    stated = Stated(
        figure_id=figure_id,
        article_id=article_id,
        story_id=story_id,
        origin=origin,
        source=source_of(origin, attributed_id, attributed_to),
        value=value,
        low=low,
        high=high,
        step=step,
        unit=unit,
        bound=bound,
        modality=modality,
        scope=_scope(scopes, metric, unit, scope or "", (sentence, quote)),
        ranked_in=ranked_in(sentence, quote) if unit == "rank" else frozenset(),
        as_of=as_of,
        published_at=published_at,
        dated=dated,
        decimals=decimals,
    )
    return SlotFigure(stated, entity_id, entity, metric, outlet, attributed_to, quote, sentence)


def source_of(origin: str, attributed_id: str, attributed_to: str) -> str:
    """Return the named source of a figure as an origin of its own, or an empty string.

    A known entity is one source wherever it is quoted. Of "officials" or "police" only the article's origin knows
    which are meant.
    """
    if attributed_id:
        return f"{NAMED_SOURCE}{attributed_id}"
    words = re.findall(r"\w+", attributed_to.lower())
    return f"{origin}/{'-'.join(words)}" if words else ""


def _scope(scopes: ScopeTable, metric: str, unit: str, scope: str, words: tuple[str, str]) -> tuple[Atom, ...]:
    """The completed scope, with what the sentence itself ties the number to, whether or not it was bound so."""
    atoms = scopes.atoms(metric, scope)
    stated = {name.lower() for _, name in atoms}
    added = {(dimension, name) for dimension, name in qualifications(*words, unit) if name not in stated}
    if is_former(*words) and EARLIER[1] not in stated:
        added.add(EARLIER)
    return tuple(sorted({*atoms, *added}))

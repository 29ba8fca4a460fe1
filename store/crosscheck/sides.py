"""Groups the compared figures of one slot into disagreements and their sides. Pure: pairs in, sides out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.crosscheck.labels import (
    CHANGE_STATED,
    SUPERSEDES,
    Label,
    Stated,
    margin,
    relative_spread,
    supersedes_by_statement,
)

Pairs = Mapping[tuple[str, str], Label]
"""Labels by the two figure ids, the smaller one first."""

COMPATIBLE = frozenset({"agree", "rounding", "copied"})
FLAGGED_AMBIGUOUS = frozenset({"scope_worded"})
"""Ambiguous pairs that are shown, with the verdict `ambiguous`: the texts may well mean the same baseline."""
MOST_AMBIGUOUS_SPREAD = 0.7
"""Beyond this an ambiguous pair is taken for two different quantities."""


@dataclass(frozen=True, slots=True)
class Side:
    """One value and the figures that state it. `origins` are the independent witnesses behind them."""

    value: float
    figures: tuple[Stated, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more sides within one slot, the one with most origins first."""

    verdict: str
    sides: tuple[Side, ...]
    rules: tuple[str, ...]
    spread: float

    @property
    def figures(self) -> tuple[Stated, ...]:
        """All figures, side by side."""
        return tuple(figure for side in self.sides for figure in side.figures)

    @property
    def origins(self) -> tuple[str, ...]:
        """All witnesses of all sides."""
        return tuple(sorted({origin for side in self.sides for origin in side.origins}))


def disagreements(figures: Sequence[Stated], pairs: Pairs) -> tuple[Disagreement, ...]:
    """Return the disagreements among the figures of one entity, metric and unit; none where all agree.

    A figure that a later one supersedes takes no part: its side is withdrawn. What is connected by agreement and
    conflict is one disagreement with all its sides.
    """
    left_out = superseded(figures, pairs) | two_of_one_voice(pairs)
    active = {figure.figure_id: figure for figure in figures if figure.figure_id not in left_out}
    live = {key: found for key, found in pairs.items() if key[0] in active and key[1] in active}
    clear = _found(active, live, "contradiction")
    taken = {figure.figure_id for found in clear for figure in found.figures}
    rest = {key: found for key, found in live.items() if not taken & set(key)}
    return (*clear, *_found(active, rest, "ambiguous"))


def two_of_one_voice(pairs: Pairs) -> frozenset[str]:
    """Return the figures of articles that state two values of the slot in one voice.

    Such an article tells two quantities apart where the slot does not, so that neither can be held against another.
    """
    return frozenset(name for key, pair in pairs.items() if pair.rule == "same_article" for name in key)


def superseded(figures: Sequence[Stated], pairs: Pairs) -> frozenset[str]:
    """Return the figures that a later statement replaced."""
    known = {figure.figure_id: figure for figure in figures}
    return frozenset(
        _earlier(known[a], known[b], pair.rule).figure_id
        for (a, b), pair in pairs.items()
        if pair.label == "revised" and pair.rule in SUPERSEDES and a in known and b in known
    )


def _earlier(a: Stated, b: Stated, rule: str) -> Stated:
    if rule == CHANGE_STATED:
        return b if supersedes_by_statement(a, b) else a
    if rule == "as_of_differs":
        return min(a, b, key=lambda figure: (figure.as_of or figure.published_at.date(), figure.published_at))
    return min(a, b, key=lambda figure: figure.published_at)


def witnesses(figures: Iterable[Stated]) -> tuple[str, ...]:
    """Return the independent sources of figures that agree, sorted.

    Where an origin names its source for the value, its own repetition of the value is no second witness.
    """
    sources: dict[str, set[str]] = defaultdict(set)
    for figure in figures:
        sources[figure.origin].add(figure.source)
    found: set[str] = set()
    for origin, named in sources.items():
        found |= (named - {""}) or {origin}
    return tuple(sorted(found))


def _found(active: Mapping[str, Stated], pairs: Pairs, verdict: str) -> tuple[Disagreement, ...]:
    edges = {key for key, pair in pairs.items() if _conflicts(pair, verdict)}
    ties = edges | {key for key, pair in pairs.items() if pair.label in COMPATIBLE}
    groups = (group for group in _components(ties) if any(key[0] in group for key in edges))
    results: list[Disagreement] = []
    for group in groups:
        sides = _sides([active[name] for name in sorted(group)], pairs, edges)
        if len(sides) > 1:
            results.append(_disagreement(verdict, sides, pairs, edges))
    return tuple(results)


def _conflicts(pair: Label, verdict: str) -> bool:
    if verdict == "contradiction":
        return pair.label == "contradiction"
    return pair.label == "ambiguous" and pair.rule in FLAGGED_AMBIGUOUS and pair.spread <= MOST_AMBIGUOUS_SPREAD


def _components(edges: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        neighbours[a].add(b)
        neighbours[b].add(a)
    seen: set[str] = set()
    found: list[frozenset[str]] = []
    for start in sorted(neighbours):
        if start in seen:
            continue
        group, todo = {start}, [start]
        while todo:
            new = neighbours[todo.pop()] - group
            group |= new
            todo.extend(new)
        seen |= group
        found.append(frozenset(group))
    return found


def _sides(group: Sequence[Stated], pairs: Pairs, edges: set[tuple[str, str]]) -> list[Side]:
    """Complete-link: a figure joins the one side it can share, in the order of precision; one that fits several says
    nothing about which is right and is left out."""
    clusters: list[list[Stated]] = []
    for figure in sorted(group, key=_precision):
        homes = [cluster for cluster in clusters if _fits(figure, cluster, pairs)]
        exact = [cluster for cluster in homes if any(member.value == figure.value for member in cluster)]
        if len(homes) == 1 or exact:
            (exact or homes)[0].append(figure)
        elif not homes:
            clusters.append([figure])
    opposed = [cluster for cluster in clusters if _opposed(cluster, clusters, edges)]
    sides = [_side(cluster) for cluster in opposed]
    return sorted(sides, key=lambda side: (-len(side.origins), side.figures[0].published_at, side.value))


def _precision(figure: Stated) -> tuple[bool, float, object, str]:
    return figure.bound != "exact", margin(figure), figure.published_at, figure.figure_id


def _fits(figure: Stated, cluster: Sequence[Stated], pairs: Pairs) -> bool:
    labels = [_pair(pairs, figure.figure_id, member.figure_id) for member in cluster]
    known = [found.label for found in labels if found]
    return bool(known) and all(name in COMPATIBLE for name in known)


def _pair(pairs: Pairs, a: str, b: str) -> Label | None:
    return pairs.get((a, b) if a < b else (b, a))


def _opposed(cluster: Sequence[Stated], clusters: Sequence[Sequence[Stated]], edges: set[tuple[str, str]]) -> bool:
    names = {figure.figure_id for figure in cluster}
    others = {figure.figure_id for other in clusters if other is not cluster for figure in other}
    return any((a in names and b in others) or (b in names and a in others) for a, b in edges)


def _side(cluster: Sequence[Stated]) -> Side:
    figures = tuple(sorted(cluster, key=lambda figure: (figure.published_at, figure.figure_id)))
    precise = [figure.value for figure in figures if figure.bound == "exact"] or [figure.value for figure in figures]
    value = max(Counter(precise).items(), key=lambda item: (item[1], -precise.index(item[0])))[0]
    return Side(value, figures, witnesses(figures))


def _disagreement(verdict: str, sides: Sequence[Side], pairs: Pairs, edges: set[tuple[str, str]]) -> Disagreement:
    names = {figure.figure_id for side in sides for figure in side.figures}
    rules = sorted({pairs[key].rule for key in edges if key[0] in names and key[1] in names})
    values = [side.value for side in sides]
    return Disagreement(verdict, tuple(sides), tuple(rules), relative_spread(min(values), max(values)))

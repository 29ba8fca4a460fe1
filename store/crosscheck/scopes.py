"""What two scopes mean for a comparison: the same slot, another slot, or something left unsaid. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from extractors.packs import Packs

Relation = Literal["same", "differ", "one_side", "worded"]
Atom = tuple[str, str]
"""Dimension and scope id; the dimension of what no pack names is empty."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class ScopeTable:
    """The packs' scopes, compiled: dimension by scope id, and the scope that a metric means when none is stated."""

    dimensions: Mapping[str, str]
    defaults: Mapping[str, tuple[Atom, ...]]
    relative: frozenset[str]
    """Metrics that compare with a baseline: what no pack names in their scope is the baseline's wording."""
    named: frozenset[str]
    """Lower-case names of entities: a baseline that is one of them is no manner of speaking."""

    def atoms(self, metric: str, scope: str) -> tuple[Atom, ...]:
        """Return the scope's atoms, completed by what the metric means where its text states nothing."""
        stated = [(self._dimension(metric, part), part) for part in _split(scope)]
        present = {dimension for dimension, _ in stated if dimension}
        added = [atom for atom in self.defaults.get(metric, ()) if atom[0] not in present]
        return tuple(sorted({*stated, *added}))

    def text(self, metric: str, scope: str) -> str:
        """Return the completed scope as it is stored: ids, sorted, joined by "; "."""
        return "; ".join(sorted(name for _, name in self.atoms(metric, scope)))

    def relation(self, a: tuple[Atom, ...], b: tuple[Atom, ...]) -> Relation:
        """Compare two completed scopes.

        `differ`: each states another value of one dimension. `worded`: they state baselines in words that need not
        mean different things. `one_side`: one states a qualification on which the other is silent.
        """
        only_a, only_b = _by_dimension(a, b), _by_dimension(b, a)
        if not only_a and not only_b:
            return "same"
        shared = only_a.keys() & only_b.keys()
        if any(self._excludes(dimension, only_a[dimension], only_b[dimension]) for dimension in shared):
            return "differ"
        return "worded" if shared and only_a.keys() == only_b.keys() else "one_side"

    def _dimension(self, metric: str, part: str) -> str:
        known = self.dimensions.get(part.lower())
        if known is not None:
            return known
        if metric in self.relative:
            return "baseline"
        return "period" if _YEAR.search(part) else ""

    def _excludes(self, dimension: str, a: frozenset[str], b: frozenset[str]) -> bool:
        """Two baselines in general words ("Western models", "US rivals") may be the same; a name is another one."""
        return dimension != "baseline" or bool((a | b) & self.named)


def scope_table(packs: Packs) -> ScopeTable:
    """Compile the packs' scopes. Benchmarks count as scopes of the dimension `board`."""
    dimensions = {row.id.lower(): row.dimension for row in packs.scopes}
    dimensions |= {row.name.lower(): "board" for row in packs.entities if row.kind == "benchmark"}
    defaults: dict[str, list[Atom]] = defaultdict(list)
    for row in packs.scopes:
        for metric in row.default_for:
            defaults[metric].append((row.dimension, row.id))
    names = frozenset(name.lower() for row in packs.entities for name in (row.name, *row.aliases))
    relative = frozenset(row.id for row in packs.metrics if "baseline" in row.scopes)
    return ScopeTable(dimensions, {metric: tuple(atoms) for metric, atoms in defaults.items()}, relative, names)


def _split(scope: str) -> list[str]:
    return [part.strip() for part in scope.split(";") if part.strip()]


def _by_dimension(atoms: tuple[Atom, ...], others: tuple[Atom, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for dimension, name in set(atoms) - set(others):
        found[dimension].add(name.lower())
    return {dimension: frozenset(names) for dimension, names in found.items()}

"""The label of two figures of one slot: a pure function and its table of rules. Knows no database and no clock."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from store.crosscheck.scopes import Atom, ScopeTable

PairLabel = Literal["agree", "rounding", "revised", "scope", "copied", "contradiction", "ambiguous"]

ROUNDING_CAP = 0.05
"""No rounding hides more than this share of the coarser value: else "10 percent" would swallow 7.2."""
HEDGE = 0.05
"""What "about" allows on either side where the extractor gave no interval."""
CHANGE_STATED = "change_stated"
NAMED_SOURCE = "source:"
"""How the source of a figure begins when it is a known entity."""
SAME_SOURCE_GAP = timedelta(hours=12)
"""Two outlets that quote one source this far apart quote it at two times."""
EARLIER: Atom = ("", "earlier")
"""The scope of a value that its own text calls former."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure as the comparison needs it: value, low, high and step in the base unit, the scope completed.

    `origin` is the article's independent source; `source` is who is named as having said it, or empty.
    `decimals` says that the number is written with a decimal point, so that its zeros are meant.
    """

    figure_id: str
    article_id: str
    story_id: str
    origin: str
    source: str
    value: float
    low: float
    high: float
    step: float
    unit: str
    bound: str
    modality: str
    scope: tuple[Atom, ...]
    as_of: date | None
    published_at: datetime
    dated: bool = True
    decimals: bool = False
    replaces: tuple[float, ...] = ()
    """The values that its own article names as former in this slot."""
    ranked_in: frozenset[str] = frozenset()
    """Telling words of what a rank is held in, where its text says so."""

    @property
    def former(self) -> bool:
        """Whether its own text calls it a value that no longer holds."""
        return any(name == EARLIER[1] for _, name in self.scope)


@dataclass(frozen=True, slots=True)
class MetricRule:
    """What a comparison needs to know of a metric; see extractors.packs.Metric."""

    metric: str
    grows: bool = False
    tolerance: float = 0.0
    holds_days: int = 30


@dataclass(frozen=True, slots=True)
class Label:
    """The label, the rule that decided, and the distance of the values divided by the larger one."""

    label: PairLabel
    rule: str
    spread: float


def label(a: Stated, b: Stated, metric: MetricRule, scopes: ScopeTable) -> Label | None:
    """Label two figures of one entity, metric and base unit; None when they are not to be compared at all.

    Symmetric in `a` and `b`. A denied or hypothetical figure is no statement of a value, and a forecast is no
    statement of an outcome.
    """
    if a.modality != b.modality or a.modality not in ("asserted", "forecast") or a.unit != b.unit:
        return None
    spread = relative_spread(a.value, b.value)
    if supersedes_by_statement(a, b) or supersedes_by_statement(b, a):
        return Label("revised", CHANGE_STATED, spread)
    relation = scopes.relation(a.scope, b.scope)
    if relation == "differ":
        return Label("scope", "scope_differs", spread)
    fit = compatible(a, b, metric)
    if fit:
        return Label("copied", "same_origin", spread) if same_origin(a, b) else Label(_fit_label(fit), fit, spread)
    if relation != "same":
        return Label("ambiguous", f"scope_{relation}", spread)
    if a.ranked_in and b.ranked_in and not a.ranked_in & b.ranked_in and not _on_one_board(a, b):
        return Label("ambiguous", "ranked_in_differs", spread)
    early, late = (a, b) if (a.published_at, a.figure_id) <= (b.published_at, b.figure_id) else (b, a)
    for rule in RULES:
        if rule.applies(early, late, metric):
            return Label(rule.label, rule.name, spread)
    raise AssertionError("the last rule applies always")


def _on_one_board(a: Stated, b: Stated) -> bool:
    return any(dimension == "board" for dimension, _ in set(a.scope) & set(b.scope))


def supersedes_by_statement(new: Stated, old: Stated) -> bool:
    """Whether the new figure's article says that the old value no longer holds, and the old one was no later.

    Within the article the former value itself is meant; elsewhere a figure of the same scope that states that value.
    """
    if old.article_id == new.article_id:
        return old.former and old.value in new.replaces
    same_scope = set(old.scope) == set(new.scope)
    return same_scope and old.published_at <= new.published_at and any(_close(old, value) for value in new.replaces)


def _close(stated: Stated, value: float) -> bool:
    return abs(stated.value - value) <= margin(stated) * (1 + 1e-9)


def relative_spread(a: float, b: float) -> float:
    """Return |a - b| divided by the larger magnitude; 0 for two zeros."""
    larger = max(abs(a), abs(b))
    return abs(a - b) / larger if larger else 0.0


def same_origin(a: Stated, b: Stated) -> bool:
    """Whether the two are one witness: one named source, or one origin unless it names two different sources."""
    if a.source and b.source:
        return a.source == b.source
    return a.origin == b.origin


def compatible(a: Stated, b: Stated, metric: MetricRule) -> str:
    """Return the rule by which both figures can be true of one value, or an empty string."""
    if a.value == b.value and a.bound == b.bound:
        return "equal"
    if a.bound in _BOUNDED or b.bound in _BOUNDED:
        return "bounds" if _overlap(a, b) else ""
    if "about" in (a.bound, b.bound) and (_holds(a, b.value) or _holds(b, a.value)):
        return "equal" if a.value == b.value else "hedge"
    if a.value == b.value:
        return "equal"
    coarser = max(a, b, key=margin)
    if abs(a.value - b.value) <= margin(coarser) * (1 + 1e-9):
        return "rounding"
    return "tolerance" if relative_spread(a.value, b.value) <= metric.tolerance else ""


def margin(stated: Stated) -> float:
    """Half a step of the last non-zero digit as written, at most ROUNDING_CAP of the value; 0 for ranks.

    A number written with a decimal point means its zeros: 50.0 is exact to a tenth, 50 to ten.
    """
    if stated.unit == "rank" or stated.step <= 0:
        return 0.0
    step = stated.step if stated.decimals else _last_digit_step(stated.value, stated.step)
    return min(step / 2, ROUNDING_CAP * abs(stated.value))


_BOUNDED = ("at_least", "at_most", "range")


def _last_digit_step(value: float, step: float) -> float:
    digits = round(abs(value) / step)
    while digits and digits % 10 == 0:
        digits //= 10
        step *= 10
    return step


def _interval(stated: Stated) -> tuple[float, float]:
    """What the words allow. "More than 900 million" is a bound at what is written: its zeros are no rounding."""
    slack = margin(stated)
    match stated.bound:
        case "at_least":
            return stated.value - min(slack, stated.step / 2), math.inf
        case "at_most":
            return (1.0 if stated.unit == "rank" else -math.inf), stated.value + min(slack, stated.step / 2)
        case "range":
            return min(stated.low, stated.value), max(stated.high, stated.value)
        case "about":
            if stated.low < stated.high:
                return stated.low - slack, stated.high + slack
            reach = max(HEDGE * abs(stated.value), slack)
            return stated.value - reach, stated.value + reach
        case _:
            return stated.value - slack, stated.value + slack


def _overlap(a: Stated, b: Stated) -> bool:
    (low_a, high_a), (low_b, high_b) = _interval(a), _interval(b)
    return low_a <= high_b and low_b <= high_a


def _holds(hedged: Stated, value: float) -> bool:
    low, high = _interval(hedged)
    return hedged.bound == "about" and low <= value <= high


def _fit_label(fit: str) -> PairLabel:
    return "rounding" if fit in ("rounding", "hedge", "tolerance") else "agree"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: `applies(earlier, later, metric)` for two figures that cannot both be true of one value."""

    name: str
    label: PairLabel
    applies: Callable[[Stated, Stated, MetricRule], bool]


def _as_of_differs(early: Stated, late: Stated, _: MetricRule) -> bool:
    return early.as_of is not None and late.as_of is not None and early.as_of != late.as_of


def _same_article(early: Stated, late: Stated, _: MetricRule) -> bool:
    return early.article_id == late.article_id and same_origin(early, late)


def _same_publisher_later(early: Stated, late: Stated, _: MetricRule) -> bool:
    """A publisher's later value takes its earlier one's place, unless each is the word of another known source.

    "Officials" and "the papers" are no names: who is meant by them on two days is not known to be another.
    """
    if early.origin != late.origin or early.published_at >= late.published_at or early.article_id == late.article_id:
        return False
    return same_origin(early, late) or not (_is_named(early) and _is_named(late))


def _is_named(stated: Stated) -> bool:
    return stated.source.startswith(NAMED_SOURCE)


def _same_source_later(early: Stated, late: Stated, _: MetricRule) -> bool:
    gap = late.published_at - early.published_at
    return same_origin(early, late) and early.dated and late.dated and gap >= SAME_SOURCE_GAP


def _same_publisher(early: Stated, late: Stated, _: MetricRule) -> bool:
    return early.origin == late.origin and same_origin(early, late)


def _grew(early: Stated, late: Stated, metric: MetricRule) -> bool:
    return metric.grows and early.published_at < late.published_at and early.value < late.value


def _changed(early: Stated, late: Stated, metric: MetricRule) -> bool:
    return bool(metric.holds_days) and late.published_at - early.published_at > timedelta(days=metric.holds_days)


def _bounded(early: Stated, late: Stated, _: MetricRule) -> bool:
    return early.bound in _BOUNDED or late.bound in _BOUNDED


def _one_source(early: Stated, late: Stated, _: MetricRule) -> bool:
    return same_origin(early, late)


def _always(*_: object) -> bool:
    return True


RULES: tuple[Rule, ...] = (
    Rule("as_of_differs", "revised", _as_of_differs),
    Rule("same_article", "ambiguous", _same_article),
    Rule("same_publisher_later", "revised", _same_publisher_later),
    Rule("same_source_later", "revised", _same_source_later),
    Rule("same_publisher_same_time", "ambiguous", _same_publisher),
    Rule("grew", "revised", _grew),
    Rule("changed_over_time", "revised", _changed),
    Rule("one_source_reported_differently", "contradiction", _one_source),
    Rule("bounds_exclude", "contradiction", _bounded),
    Rule("values_differ", "contradiction", _always),
)
"""In order; the first that applies decides. See docs/crosscheck.md."""

SUPERSEDES = frozenset({CHANGE_STATED, "as_of_differs", "same_publisher_later", "same_source_later", "grew"})
"""The rules by which the later figure takes the earlier one's place, so that a side can be withdrawn."""

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
SAME_SOURCE_GAP = timedelta(hours=12)
"""Two outlets that quote one source this far apart quote it at two times."""


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

    @property
    def witness(self) -> str:
        """The independent source that this figure counts for."""
        return self.source or self.origin


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
    relation = scopes.relation(a.scope, b.scope)
    if relation == "differ":
        return Label("scope", "scope_differs", spread)
    fit = compatible(a, b, metric)
    if fit:
        return Label("copied", "same_origin", spread) if same_origin(a, b) else Label(_fit_label(fit), fit, spread)
    if relation != "same":
        return Label("ambiguous", f"scope_{relation}", spread)
    early, late = (a, b) if (a.published_at, a.figure_id) <= (b.published_at, b.figure_id) else (b, a)
    for rule in RULES:
        if rule.applies(early, late, metric):
            return Label(rule.label, rule.name, spread)
    raise AssertionError("the last rule applies always")


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
    slack = margin(stated)
    match stated.bound:
        case "at_least":
            return stated.value - slack, math.inf
        case "at_most":
            return (1.0 if stated.unit == "rank" else -math.inf), stated.value + slack
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
    return early.origin == late.origin and same_origin(early, late) and early.published_at < late.published_at


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

SUPERSEDES = frozenset({"as_of_differs", "same_publisher_later", "same_source_later", "grew"})
"""The rules by which the later figure takes the earlier one's place, so that a side can be withdrawn."""

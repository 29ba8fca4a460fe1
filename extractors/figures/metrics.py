"""What a quantity measures: a metric of a pack by its cues, unit and dimension, or `open:<noun phrase>`.

Guarantee: a metric is only given to a unit that its pack row admits; a nearer and longer phrase wins.
"""

import re
from dataclasses import dataclass, replace

from extractors.figures.phrases import after, before, compares, equated
from extractors.figures.reading import Cue, CueKind, Reading, word_set
from extractors.figures.topics import NEVER
from extractors.packs import Metric, Packs, Unit
from extractors.records import Quantity

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_PRICE = re.compile(r"[A-Z]{3}/.+\Z")

_CHANGE_VERBS = word_set(
    "rose rise rises rising risen fell fall falls falling fallen grew grow grows growing grown increased increase "
    "increases increasing decreased decrease declined decline declines declining dropped drop drops dropping jumped "
    "jump jumps surged surge surges surging soared soar soaring climbed climb climbs climbing gained gain gains "
    "gaining lost loses losing slid slide slides slumped slump plunged plunge plunging tumbled tumble sank sink "
    "rallied rally advanced advances edged dipped dip shrank shrink contracted contract expanded expand eased ease "
    "wiping wiped erasing erased up down higher lower added shed sheds slipped slips rebounded accelerated "
    "doubled tripled halved"
)
_HEDGES = word_set(
    "by a an about around roughly nearly almost approximately some more than over as much at least further another "
    "only just under less additional extra sharply slightly modestly the to"
)
_NOT_UP = word_set("made make makes making set sets end ended ends take takes took add adds")
_MOVES = word_set(
    "cut cuts cutting raised raises raise raising lowered lowers lower reduced reduces lifted lifts trimmed hiked"
)
"""With "by" and points these say by how much something was moved: "cut its rate by 25 basis points"."""
_FLOWS = word_set("added add adds lost loses losing gained gain gains shed sheds dropped")
"""With a counted noun these say how many came or went, not by how much a level moved."""
_CHANGE_TAILS = word_set("higher lower increase decrease rise fall drop jump gain decline growth surge")
_BASE_TAILS = word_set("increase decrease rise fall drop jump gain decline surge")
_CHANGE_UNITS = frozenset(("percent", "percentage_points", "pp", "bp", "basis_points", "points", "ratio"))
_PERSONS = word_set(
    "people person persons dead civilians men women children victims residents workers employees passengers others "
    "soldiers patients participants migrants students"
)
_PASSIVE = word_set("was were have has had been are is be being reported reportedly confirmed also people")

ENOUGH = 4.0
"""Least score that binds a metric: a one-word cue seven words before the number in its clause, or nearer."""


@dataclass(frozen=True, slots=True)
class MetricHit:
    """A metric given to a quantity. `evidence`: `noun`, `cue`, `far`, `default`, `inherited` or `open`."""

    id: str
    unit: str
    evidence: str
    score: float
    row: Metric | None = None
    cue: Cue | None = None


class MetricTable:
    """The packs' metrics, compiled once."""

    def __init__(self, packs: Packs) -> None:
        """Index `packs.metrics` and the dimensions of `packs.units`."""
        self.rows: dict[str, Metric] = {row.id: row for row in packs.metrics}
        self._dimension = _dimensions(packs.units)
        self._pairs = {place: tuple(row for row in packs.metrics if f"<pair:{place}>" in row.cues) for place in (1, 2)}
        self._boards = tuple(row for row in packs.metrics if "<board>" in row.cues)
        self._defaults = tuple(row for row in packs.metrics if row.default)

    def phrases(self) -> list[tuple[CueKind, str, str]]:
        """Return all cue and exclusion phrases for the cue table."""
        found: list[tuple[CueKind, str, str]] = []
        for row in self.rows.values():
            found.extend(("metric", row.id, cue) for cue in row.cues if cue[0] not in "<=^~?")
            found.extend(("named", row.id, cue[1:]) for cue in row.cues if cue[0] == "?")
            found.extend(("wide", row.id, cue[1:]) for cue in row.cues if cue[0] == "~")
            found.extend(("own", row.id, cue[1:]) for cue in row.cues if cue[0] == "=")
            found.extend(("rise", row.id, cue[1:]) for cue in row.cues if cue[0] == "^")
            found.extend(("exclude", row.id, cue) for cue in row.excludes if cue[0] != "~")
            found.extend(("bar", row.id, cue[1:]) for cue in row.excludes if cue[0] == "~")
        return found

    def restated(self, hit: MetricHit, quantity: Quantity) -> MetricHit | None:
        """Return the metric for the same thing in another unit: "$88m, or 1.5%", "fell 4% to 310m tonnes"."""
        row = self.rows.get(hit.id.removesuffix(".change"))
        unit = self.unit_for(row, quantity) if row is not None else ""
        return MetricHit(row.id, unit, "inherited", ENOUGH, row) if row is not None and unit else None

    def find(self, reading: Reading, quantity: Quantity) -> MetricHit | None:
        """Return the pack metric that the sentence names for the quantity, or None."""
        best: MetricHit | None = None
        changed = is_change(reading, quantity)
        if quantity.kind == "age" and (age := self.rows.get("age")) is not None:
            return MetricHit("age", quantity.unit, "noun", ENOUGH, age)
        if (hit := self._in_pair(reading, quantity)) is not None:
            return hit
        for cue in reading.cues:
            usable = cue.kind in ("metric", "wide") or (cue.kind == "rise" and changed)
            usable = usable or (cue.kind == "named" and _only_subjects(reading, self.rows[cue.id]))
            usable = usable or (cue.kind == "own" and _inside(reading, quantity, cue))
            hit = self._hit(reading, quantity, cue, changed) if usable else None
            if hit is not None and (best is None or hit.score > best.score):
                best = hit
        if best is not None and (best.score >= ENOUGH or (best.cue is not None and best.cue.kind == "wide")):
            return best
        return self._on_board(reading, quantity) or self._default(reading, quantity)

    def unit_for(self, row: Metric, quantity: Quantity) -> str:
        """Return the unit under which the metric takes the quantity, or "" where it does not.

        A bare number ("scores 62.1") gets the metric's first unit where the row lists `count`.
        """
        if "count" in row.units and quantity.unit.partition("/")[0] in ("count", row.units[0]):
            things = quantity.unit == "count" and bool(quantity.noun) and row.units[0] not in ("count", "people")
            return "" if things or vague(quantity) else row.units[0]
        if quantity.unit in row.units:
            return quantity.unit
        if self.dimension(quantity.unit) == row.dimension and not (row.units and row.dimension != "money"):
            return quantity.unit
        return ""

    def dimension(self, unit: str) -> str:
        """Return the unit's dimension: `money`, `price`, `percent`, `length`, ..."""
        known = self._dimension.get(unit)
        if known:
            return known
        if _CURRENCY.match(unit):
            return "money"
        return "price" if _PRICE.match(unit) else unit

    def _hit(self, reading: Reading, quantity: Quantity, cue: Cue, changed: bool) -> MetricHit | None:
        row = self.rows[cue.id]
        unit = self.unit_for(row, quantity)
        derived = False
        if (
            changed
            and cue.kind != "rise"
            and not _takes_change(row)
            and not (unit and self._is_verb(reading, quantity, cue))
        ):
            if quantity.unit not in _CHANGE_UNITS and quantity.kind != "change" and not unit:
                return None
            derived, unit = True, quantity.unit
        if not unit or (_counts_things(quantity) and not derived and not _names_count(reading, quantity, cue)):
            return None
        score, evidence = (ENOUGH + 0.1, "far") if cue.kind == "wide" else _nearness(reading, quantity, cue)
        score -= 0 if _has_subject(reading, row) else 1.5
        same = reading.clause_of[cue.first] == reading.clause(quantity.start)
        if (derived or cue.kind == "rise") and same and cue.last < reading.at(quantity.start):
            score += 0.3 * (reading.at(quantity.start) - cue.last - 1)
            score += 2.0 * _crossed(reading, quantity, reading.ends[cue.last], quantity.start)
        if score < (ENOUGH if cue.kind != "wide" else 0) or _excluded(reading, quantity, row, cue):
            return None
        if derived:
            changing = f"{row.id}.change"
            return MetricHit(changing, unit, evidence, score - 0.3, self.rows.get(changing, row), cue)
        return MetricHit(row.id, unit, evidence, score, row, cue)

    def _is_verb(self, reading: Reading, quantity: Quantity, cue: Cue) -> bool:
        """Whether the cue is itself the verb of change right before the number: "lost 15%" of a drug's effect."""
        first = reading.at(quantity.start)
        return first - 4 <= cue.last < first and bool(_CHANGE_VERBS & set(reading.words[cue.first : cue.last + 1]))

    def _in_pair(self, reading: Reading, quantity: Quantity) -> MetricHit | None:
        """Return the metric whose row lists `<pair:1>` or `<pair:2>`, for the parts of "10/50 per million tokens"."""
        place = reading.paired(quantity)
        for row in self._pairs.get(place, ()):
            if quantity.unit in row.units:
                return MetricHit(row.id, quantity.unit, "cue", ENOUGH, row)
        return None

    def _on_board(self, reading: Reading, quantity: Quantity) -> MetricHit | None:
        """Return the metric whose row lists `<board>`, where the sentence names a benchmark and what is tested."""
        if quantity.unit in ("count", "rank") or not any(m.kind == "benchmark" for m in reading.mentions):
            return None
        if compares(reading, quantity) or _short_of(reading, quantity):
            return None
        for row in self._boards:
            if quantity.unit in row.units and any(m.kind in row.subjects for m in reading.mentions):
                return MetricHit(row.id, quantity.unit, "far", ENOUGH, row)
        return None

    def _default(self, reading: Reading, quantity: Quantity) -> MetricHit | None:
        for row in self._defaults:
            unit = "" if quantity.unit == "count" else self.unit_for(row, quantity)
            if unit and not _excluded(reading, quantity, row, None):
                return MetricHit(row.id, unit, "default", ENOUGH, row)
        return None


def open_metric(reading: Reading, quantity: Quantity) -> MetricHit:
    """Return `open:<noun phrase>` for what no pack names: the counted noun, "of ..." after it, or what governs it."""
    if quantity.unit in ("percent", "ratio") and compares(reading, quantity):
        return MetricHit("open:difference", quantity.unit, "open", 1.0)
    noun = quantity.noun.strip() or equated(reading, quantity) or after(reading, quantity) or before(reading, quantity)
    return MetricHit(f"open:{noun or 'unnamed'}", quantity.unit, "open", 1.0)


def vague(quantity: Quantity) -> bool:
    """Whether a number alone says too little to be bound by words nearby: "one", "millions"."""
    return (
        quantity.unit == "count"
        and not quantity.noun
        and (quantity.quote.lower() == "one" or quantity.quote.lower().endswith(("s", "ens")))
    )


def inherited(hit: MetricHit, quantity: Quantity) -> MetricHit:
    """Return the metric of an earlier number for a bare one beside it: "A on 1,418 and B on 1,328"."""
    taken = quantity.unit in ("count", hit.unit) or hit.unit.startswith(f"{quantity.unit}/")
    unit = hit.unit if taken else quantity.unit
    return replace(hit, unit=unit, evidence="inherited")


def is_change(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number is the size of a change ("rose 5%", "up by 3 points", "a 5% rise"), not a level ("to 5%")."""
    if quantity.unit == "rank":
        return False
    if quantity.kind == "change" or quantity.quote.split()[-1].lower() in _CHANGE_VERBS:
        return True
    i = reading.before(quantity.start)
    steps = 0
    if i >= 0 and reading.words[i] == "by" and quantity.unit in ("points", "percentage_points", "pp", "bp"):
        return bool(
            _MOVES & set(reading.words[max(0, i - 8) : i]) | (_CHANGE_VERBS & set(reading.words[max(0, i - 8) : i]))
        )
    while i >= 0 and steps < 5 and reading.words[i] in _HEDGES:
        if reading.words[i] == "to":
            return False
        i, steps = i - 1, steps + 1
    if i >= 0 and reading.words[i] in _CHANGE_VERBS:
        made_up = reading.words[i] == "up" and i > 0 and reading.words[i - 1] in _NOT_UP
        flow = reading.words[i] in _FLOWS and quantity.unit in ("count", "people")
        return not made_up and not flow
    tail = reading.at(quantity.end)
    return tail < len(reading.words) and (
        reading.words[tail] in _CHANGE_TAILS if quantity.unit == "percent" else reading.words[tail] in _BASE_TAILS
    )


def _short_of(reading: Reading, quantity: Quantity) -> bool:
    i = reading.at(quantity.end)
    return bool(
        {"short", "behind", "ahead", "more", "less", "above", "below", "better", "clear"}
        & set(reading.words[i : i + 1])
    )


def _has_subject(reading: Reading, row: Metric) -> bool:
    """Whether the sentence names what can have the metric, or nothing that could have any."""
    kinds = {mention.kind for mention in reading.mentions} - NEVER
    return not kinds or not row.subjects or bool(kinds & set(row.subjects))


def _only_subjects(reading: Reading, row: Metric) -> bool:
    """Whether the sentence names something that can have the metric, and nobody else: a film, and no company."""
    kinds = {mention.kind for mention in reading.mentions} - NEVER - {"place"}
    return bool(kinds) and kinds <= set(row.subjects)


def is_flow(reading: Reading, quantity: Quantity) -> bool:
    """Whether a verb right before the count says how many came or went: "lost 18 of its 97 seats"."""
    i = reading.before(quantity.start)
    return i >= 0 and reading.words[i] in _FLOWS


def _takes_change(row: Metric) -> bool:
    return row.dimension == "change" or row.id.endswith((".change", "_growth")) or row.id in ("growth",)


def _counts_things(quantity: Quantity) -> bool:
    noun = quantity.noun.split()
    return quantity.unit in ("count", "people") and bool(noun) and not (set(noun) & _PERSONS)


def _names_count(reading: Reading, quantity: Quantity, cue: Cue) -> bool:
    """Whether the cue is the counted noun, or stands right at it ("killed 34 firefighters", "34 firefighters died")."""
    first, last = reading.span(quantity.start, max(quantity.end, quantity.noun_end))
    if cue.last >= first and cue.first <= last:
        return cue.last >= last
    if cue.last < first:
        return all(word in _HEDGES for word in reading.words[cue.last + 1 : first])
    return all(word in _PASSIVE for word in reading.words[last + 1 : cue.first])


def _nearness(reading: Reading, quantity: Quantity, cue: Cue) -> tuple[float, str]:
    """Score a cue by its place: in the number's own noun, after it, before it; other numbers between cost most."""
    first, last = reading.span(quantity.start, max(quantity.end, quantity.noun_end))
    bonus = 0.5 * (cue.size - 1)
    if cue.first <= last and cue.last >= first:
        return 10 + bonus, "noun"
    same = reading.clause_of[cue.first] == reading.clause_of[min(first, len(reading.words) - 1)]
    if cue.first > last:
        gap = cue.first - last - 1 + (6 if reading.spoken_for(quantity, reading.ends[cue.last]) else 0)
        crossed = _crossed(reading, quantity, max(quantity.end, quantity.noun_end), reading.starts[cue.first])
        score = (8.0 if same else 5.0) - (0.8 if same else 0.6) * gap - 4 * crossed
    else:
        gap = first - cue.last - 1
        crossed = _crossed(reading, quantity, reading.ends[cue.last], quantity.start)
        claimed = 5 if reading.claimed(quantity, reading.starts[cue.first]) else 0
        score = (8.5 if same else 5.5) - (0.6 if same else 0.25) * gap - 3 * crossed - claimed
    return score + bonus, "cue" if same else "far"


def _inside(reading: Reading, quantity: Quantity, cue: Cue) -> bool:
    return quantity.start <= reading.starts[cue.first] < max(quantity.end, quantity.noun_end)


def _crossed(reading: Reading, quantity: Quantity, start: int, end: int) -> int:
    return sum(1 for q in reading.quantities if start <= q.start < end and q is not quantity)


def _excluded(reading: Reading, quantity: Quantity, row: Metric, cue: Cue | None) -> bool:
    """Whether a phrase that means another metric stands as near to the number as the cue does."""
    if not row.excludes:
        return False
    first, last = reading.span(quantity.start, max(quantity.end, quantity.noun_end))
    for other in reading.cues:
        if other.kind not in ("exclude", "bar") or other.id != row.id:
            continue
        if other.kind == "bar":
            return True
        if cue is not None and other.first >= cue.first and other.last <= cue.last:
            continue
        if other.last >= first - 4 and other.first <= last + 3 and not _separated(reading, quantity, other):
            return True
    return False


def _separated(reading: Reading, quantity: Quantity, cue: Cue) -> bool:
    start, end = reading.starts[cue.first], reading.ends[cue.last]
    if start >= quantity.end:
        if reading.spoken_for(quantity, end):
            return True
        return _crossed(reading, quantity, quantity.end, start) > 0 or _own(reading, quantity, cue)
    return end <= quantity.start and (
        _crossed(reading, quantity, end, quantity.start) > 0
        or _own(reading, quantity, cue)
        or reading.claimed(quantity, start)
    )


def _own(reading: Reading, quantity: Quantity, cue: Cue) -> bool:
    start = reading.starts[cue.first]
    return any(q is not quantity and q.start <= start < max(q.end, q.noun_end) for q in reading.quantities)


def _dimensions(units: tuple[Unit, ...]) -> dict[str, str]:
    return {unit.id: unit.dimension for unit in units} | {unit.base: unit.dimension for unit in units}

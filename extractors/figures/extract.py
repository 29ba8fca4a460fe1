"""Turns an article's stated numbers into figures: value, unit, subject, metric, scope, modality and who says so.

Guarantee: every quantity that is no date becomes one figure, and text[start:end] == quote holds for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from extractors.figures.attribution import NO_SOURCE, Attributor, Source, named_in, own_target, source_for
from extractors.figures.idle import is_idle, outside_names
from extractors.figures.metrics import MetricHit, MetricTable, inherited, is_change, is_flow, open_metric
from extractors.figures.modality import as_of, modality_of
from extractors.figures.numbers import quantities
from extractors.figures.parallels import (
    goes_on,
    introduces,
    is_bare,
    is_part,
    leads_on,
    of_definite,
    priced_worth,
    whole_of,
)
from extractors.figures.pieces import by_sentence
from extractors.figures.reading import CueTable, Reading, read
from extractors.figures.scopes import ScopeTable, joined
from extractors.figures.subjects import Memory, subject_of
from extractors.figures.topics import EVIDENCE, NOBODY, Makers, Subject, Topics
from extractors.figures.units import UnitTable
from extractors.packs import Packs
from extractors.records import Figure, Mention, Quantity, Sentence

_METRIC_CONFIDENCE = {"noun": 0.45, "cue": 0.38, "inherited": 0.34, "far": 0.28, "default": 0.25, "open": 0.15}
"""What each kind of evidence for the metric adds to a figure's confidence; EVIDENCE holds the subject's part."""
_ATTRIBUTED = 0.04
_OWN_NAME = frozenset(("bracket", "list", "distributed", "owner", "subject", "relative", "clause"))
"""Evidence from a name in the number's own sentence."""
_RESTATING = frozenset((",", "or", "to", "(", "about", "around", "a", "record", "$", "€", "£"))
"""Words between a number and another that says the same thing in another unit, or the level that a change led to."""
_MEMORY = 3
"""How many sentences back a name may be for "it" to mean it."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound figure with what later numbers may take over from it."""

    quantity: Quantity
    hit: MetricHit
    subject: Subject
    scope: dict[str, str]
    source: Source


@dataclass(frozen=True, slots=True)
class _Past:
    """What was read before a sentence: last bound figures, names, and the publisher of the last document."""

    bound: tuple[_Bound, ...] = ()
    names: tuple[tuple[Mention, ...], ...] = ()
    publisher: Source = NO_SOURCE


class FigureExtractor:
    """Binds numbers with the packs' units, metrics, scopes and reporting verbs; compiled once, then only read."""

    def __init__(self, packs: Packs) -> None:
        """Compile the packs."""
        self._units = UnitTable(packs.units)
        self._metrics = MetricTable(packs)
        self._scopes = ScopeTable(packs)
        self._attributor = Attributor(packs)
        self._makers = Makers(packs)
        self._cues = CueTable([*self._metrics.phrases(), *self._scopes.phrases()])

    def extract(
        self, text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention], published_at: datetime | None
    ) -> tuple[Figure, ...]:
        """Return one figure per stated number, in text order. `published_at` dates "on Tuesday"; it may be None."""
        numbers = tuple(q for q in quantities(text, self._units) if q.kind != "date" and not is_idle(text, q))
        numbers = outside_names(numbers, mentions)
        if not numbers:
            return ()
        speakers = frozenset(m.start for m in mentions if self._attributor.speaks(text, m))
        topics = Topics(mentions, speakers, self._makers.of(mentions))
        past = _Past()
        known = _Known()
        out: list[Figure] = []
        end = 0
        for sentence, inside, found in by_sentence(sentences, mentions, numbers):
            if "\n" in text[end : sentence.start]:
                past = _Past((), (), past.publisher)
            end = sentence.end
            if found:
                reading = read(text, sentence.start, sentence.end, self._cues, inside, found)
                bound, past = self._bind(reading, topics, past)
                out.extend(self._figure(reading, one, published_at) for one in known.settle(reading, bound))
            else:
                past = _Past((), past.names, past.publisher)
            names = tuple(m for m in inside if m.start not in speakers)
            past = _Past(past.bound, (names, *past.names)[:_MEMORY], past.publisher)
        return tuple(out)

    def _bind(self, reading: Reading, topics: Topics, past: _Past) -> tuple[list[_Bound], _Past]:
        sources = tuple(self._known(source, topics, past) for source in self._attributor.sources(reading))
        publisher = next(
            (s for s in sources if s.verb in ("document", "according to") and s.start >= 0), past.publisher
        )
        past = _Past(past.bound, past.names, publisher)
        bound: list[_Bound] = []
        for quantity in reading.quantities:
            one = self._bind_one(reading, quantity, sources, topics, past, tuple(bound))
            if bound and led_to(reading, bound[-1], one):
                bound[-1] = replace(bound[-1], hit=replace(bound[-1].hit, id=f"{one.hit.id}.change"))
            bound.append(one)
        return bound, _Past(tuple(bound), past.names, publisher)

    def _bind_one(
        self,
        reading: Reading,
        quantity: Quantity,
        sources: tuple[Source, ...],
        topics: Topics,
        past: _Past,
        done: tuple[_Bound, ...],
    ) -> _Bound:
        hit, parent = self._metric(reading, quantity, done, past)
        names = tuple(m for group in past.names for m in group)
        last = (done or past.bound)[-1].subject if (done or past.bound) else NOBODY
        spoken = named_in(reading, sources)
        subject = subject_of(reading, quantity, hit, spoken, topics, Memory(last, names))
        if not subject.entity_id and parent is not None and done and parent.subject.evidence in _OWN_NAME:
            subject = parent.subject
        hit, parent = self._checked(reading, quantity, hit, parent, subject)
        scope = self._scopes.parts(reading, quantity, hit, subject, without_part(parent.scope) if parent else {})
        whole = whole_of(reading, quantity)
        if whole is not None and of_definite(reading, quantity):
            scope["part"] = "part"
        if parent is not None and hit.id == parent.hit.id and is_part(reading, quantity) and scope == parent.scope:
            scope["part"] = "part"
        source = source_for(reading, quantity, sources)
        if source is NO_SOURCE and own_target(reading, quantity):
            source = Source(-1, -1, subject.name, subject.entity_id)
        if source is NO_SOURCE:
            source = parent.source if parent is not None else self._publisher(reading, hit)
        return _Bound(quantity, hit, subject, scope, source)

    def _metric(
        self, reading: Reading, quantity: Quantity, done: tuple[_Bound, ...], past: _Past
    ) -> tuple[MetricHit, _Bound | None]:
        """Return the metric, and the earlier figure from which it was taken over, if it was."""
        own = self._metrics.find(reading, quantity)
        if (whole := whole_of(reading, quantity)) is not None:
            return self._of_whole(reading, quantity, whole, own), None
        if priced_worth(reading, quantity):
            return own or open_metric(reading, quantity), None
        bound = [one for one in done if one.hit.evidence != "open"]
        before = bound[-1] if bound else self._continued(reading, quantity, past)
        if own is None and done and done[-1].hit.evidence == "open" and leads_on(reading, done[-1].quantity, quantity):
            return replace(done[-1].hit, unit=quantity.unit), done[-1]
        if before is None or before.hit.evidence == "open":
            return own or open_metric(reading, quantity), None
        bare = is_bare(quantity)
        if own is not None and own.id == before.hit.id and (bare or own.unit == before.hit.unit):
            return inherited(before.hit, quantity) if bare else own, before
        between = set(reading.gap(before.quantity.end, quantity.start))
        if (
            done
            and between
            and between <= _RESTATING
            and not (own is not None and own.evidence in ("noun", "cue") and own.unit == before.hit.unit)
            and (again := self._metrics.restated(before.hit, quantity)) is not None
        ):
            return again, before
        if (
            quantity.unit == "points"
            and before.hit.unit == "percent"
            and before.hit.row
            and is_change(reading, quantity)
        ):
            return replace(before.hit, id=f"{before.hit.row.id}.change", unit="points", evidence="inherited"), before
        if quantity.quote.isalpha() and self._metrics.dimension(before.hit.unit) in ("money", "price", "percent"):
            return own or open_metric(reading, quantity), None
        if before in done and introduces(reading, before.quantity, quantity):
            return own or open_metric(reading, quantity), None
        weak = own is None or own.evidence in ("far", "default")
        if weak and goes_on(before.quantity, before.hit, quantity):
            return inherited(before.hit, quantity), before
        return own or open_metric(reading, quantity), None

    def _of_whole(self, reading: Reading, quantity: Quantity, whole: Quantity, own: MetricHit | None) -> MetricHit:
        """Return the metric for "141 of 300 seats": that of the seats; of "lost 18 of its 97 seats" their change."""
        hit = self._metrics.find(reading, whole) or open_metric(reading, whole)
        if own is not None and own.id == hit.id:
            return own
        lost = hit.row is not None and is_flow(reading, quantity)
        return replace(hit, id=f"{hit.id}.change" if lost else hit.id, evidence="inherited" if hit.row else "open")

    def _continued(self, reading: Reading, quantity: Quantity, past: _Past) -> _Bound | None:
        """Return the last sentence's figure that this one goes on about: "This is more than X (24,000)".

        Money is never bare, so a bare number says nothing about an amount of the sentence before.
        """
        if (
            not past.bound
            or not is_bare(quantity)
            or self._metrics.dimension(past.bound[0].hit.unit) in ("money", "price")
        ):
            return None
        if reading.words[:1] and reading.words[0] in ("this", "that"):
            return past.bound[0]
        last = past.bound[-1]
        alike = last.quantity.value and Decimal("0.01") < abs(quantity.value / last.quantity.value) < 100
        return last if alike and last.subject.evidence in _OWN_NAME and reading.mentions else None

    def _checked(
        self, reading: Reading, quantity: Quantity, hit: MetricHit, parent: _Bound | None, subject: Subject
    ) -> tuple[MetricHit, _Bound | None]:
        """Take a metric back that a bare number only has by a phrase nearby, where nothing it fits is its subject."""
        guessed = (
            is_bare(quantity) and hit.row is not None and bool(hit.row.subjects) and hit.unit not in ("count", "people")
        )
        across = parent is not None and parent.quantity not in reading.quantities
        if guessed and subject.evidence not in _OWN_NAME and (across or not subject.entity_id):
            return open_metric(reading, quantity), None
        return hit, parent

    def _known(self, source: Source, topics: Topics, past: _Past) -> Source:
        """Resolve "the spec sheet" to its publisher and "the company" to the company that the article is about."""
        if source.start >= 0:
            return source
        kind = self._attributor.kind_of(source.noun)
        if kind == "document" and past.publisher is not NO_SOURCE:
            return Source(source.first, source.last, past.publisher.name, past.publisher.entity_id, noun=source.noun)
        if kind == "company" and source.first == source.last:
            main = topics.main(frozenset(("company", "lab")))
            if main.entity_id:
                return Source(source.first, source.last, main.name, main.entity_id, noun=source.noun)
        return source

    def _publisher(self, reading: Reading, hit: MetricHit) -> Source:
        """A benchmark's score is its publisher's number where nobody else is named."""
        if hit.row is None or "board" not in hit.row.scopes:
            return NO_SOURCE
        name, id_ = self._attributor.owner(reading.mentions)
        return Source(-1, -1, name, id_) if name else NO_SOURCE

    def _figure(self, reading: Reading, bound: _Bound, published_at: datetime | None) -> Figure:
        q = bound.quantity
        sentence = reading.text[reading.start : reading.end]
        return Figure(
            value=q.value,
            low=q.low,
            high=q.high,
            step=q.step,
            unit=bound.hit.unit,
            bound=q.bound,
            modality=modality_of(reading, q),
            metric=bound.hit.id,
            scope=joined(bound.scope),
            entity_id=bound.subject.entity_id,
            entity=bound.subject.name,
            attributed_to=bound.source.name,
            attributed_id=bound.source.entity_id,
            as_of=as_of(reading, published_at, sentence),
            quote=q.quote,
            sentence=sentence,
            start=q.start,
            end=q.end,
            confidence=confidence(bound.hit.evidence, bound.subject.evidence, attributed=bool(bound.source.name)),
        )


class _Known:
    """Lasting values that the article has bound to a name: they say whom an unnamed number is about."""

    def __init__(self) -> None:
        self._subjects: dict[tuple[str, Decimal], Subject] = {}

    def settle(self, reading: Reading, bound: list[_Bound]) -> list[_Bound]:
        """Give figures without a subject the one of the same value, then of the other part of "744B / 40B"."""
        found = [self._recall(reading, one) for one in bound]
        for i in range(len(found) - 1):
            left, right = found[i], found[i + 1]
            if reading.text[left.quantity.end : right.quantity.start].strip() == "/" and lasting(left.hit):
                if not left.subject.entity_id and right.subject.entity_id:
                    found[i] = replace(left, subject=replace(right.subject, evidence="known"))
                elif not right.subject.entity_id and left.subject.entity_id:
                    found[i + 1] = replace(right, subject=replace(left.subject, evidence="known"))
        return found

    def _recall(self, reading: Reading, one: _Bound) -> _Bound:
        i = reading.before(one.quantity.start)
        again = i >= 0 and reading.words[i] in ("the", "that", "this") and one.hit.row is not None
        if one.hit.row is None or one.hit.row.dimension in ("rank", "score"):
            return one
        key = (one.hit.id, one.quantity.value)
        known = self._subjects.get(key)
        if one.subject.evidence in _OWN_NAME or one.subject.evidence == "anaphor":
            same = known is None or known.entity_id == one.subject.entity_id
            self._subjects[key] = one.subject if same else NOBODY
        elif (lasting(one.hit) or again) and not one.subject.entity_id and known is not None and known.entity_id:
            return replace(one, subject=replace(known, evidence="known"))
        return one


def without_part(scope: dict[str, str]) -> dict[str, str]:
    """Return the scope that a later number takes over: that one number was a part says nothing of the next."""
    return {dimension: part for dimension, part in scope.items() if dimension != "part"}


def lasting(hit: MetricHit) -> bool:
    """Whether the metric is one that does not change, and no rank, score or price: the size of a model."""
    return (
        hit.row is not None
        and hit.row.holds_days == 0
        and hit.row.dimension not in ("rank", "score", "money", "people")
    )


def led_to(reading: Reading, change: _Bound, level: _Bound) -> bool:
    """Whether a change is told with the level that it led to ("rose 14% to 52,300 units"), which says what changed."""
    told = change.hit.id.endswith(".change") or (
        change.hit.evidence == "open" and is_change(reading, change.quantity) and change.hit.unit != "count"
    )
    told = told and level.hit.evidence in ("noun", "cue", "default") and not level.hit.id.endswith(".change")
    return told and level.hit.row is not None and reading.gap(change.quantity.end, level.quantity.start)[:1] == ("to",)


def confidence(metric: str, subject: str, *, attributed: bool) -> float:
    """Return how sure metric and subject are, from 0 to 1: the two tables' parts, and a little for a named source."""
    return round(min(0.99, _METRIC_CONFIDENCE[metric] + EVIDENCE[subject] + (_ATTRIBUTED if attributed else 0)), 2)

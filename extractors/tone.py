"""Tone terms in one sentence, and which target each is about. Clause by clause; no model; linear time.

Rules: a contrast, a colon, a semicolon or a reporting verb ends a clause. A term belongs to the nearest target before
it in its clause, else to the nearest after it; a two-sided verb gives its other score to what follows (reversed in the
passive); a direction is turned round by a burden beside it ("losses narrowed", "costs rose").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.packs import Packs, ToneTerm
from extractors.words import Phrases, Word

_CONTRAST = frozenset(
    {
        "but",
        "while",
        "whilst",
        "although",
        "though",
        "despite",
        "whereas",
        "however",
        "yet",
        "after",
        "as",
        "amid",
        "even",
    }
)
_MARKS = frozenset({":", ";", "—", "–", "(", ")"})
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "gets", "get", "got", "getting"})
_SHIFT_REACH = 4
"""Words between a negator, booster or damper and the term that it changes."""
_BURDEN_REACH = 5
_OTHER_TARGET = 0.25
"""How much of a term reaches a target of its clause that it does not belong to."""
_OTHER_CLAUSE = 0.45
"""How much of a term reaches the targets of another clause, where its own clause has none."""
_ACROSS_SPEECH = 0.15
"""How much of what is said reaches the speaker, where it is said of others."""
_OWN_SPEECH = 0.3
"""How much reaches the speaker where nobody else is named in what is said."""
_CONCEDED = 0.3
"""How much a clause with "despite" or "although" counts."""
_NEGATED_BLAME = 0.4
_CONCESSIONS = frozenset(["despite", "although", "though"])


@dataclass(frozen=True, slots=True)
class Hit:
    """A tone term at words `start` to `end`: its tone toward the subject, and toward the object if it has two sides."""

    start: int
    end: int
    clause: int
    score: float
    object_score: float | None


@dataclass(frozen=True, slots=True)
class _Clauses:
    """For every word its clause, and for every clause its side of the sentence's reporting verb."""

    of_word: tuple[int, ...]
    side: tuple[int, ...]
    conceded: frozenset[int] = frozenset()


class ToneReader:
    """Reads the tone of sentences with the packs' terms."""

    def __init__(self, packs: Packs) -> None:
        self._terms = Phrases((form, term) for term in packs.tone for form in term.forms)
        said = [
            row
            for row in packs.reporting
            if row.kind in {"statement", "opinion"} and {"that", "phrase"} & set(row.takes)
        ]
        self._barriers = Phrases((form, True) for row in said for form in row.forms)

    def hits(self, line: Sequence[Word]) -> tuple[tuple[Hit, ...], _Clauses]:
        """Return the terms of a sentence with their final scores, and its clauses."""
        found = tuple(self._terms.find(line))
        clauses = self._clauses(line)
        shifts = [(start, end, term) for start, end, term in found if term.role in {"negator", "booster", "damper"}]
        burdens = [start for start, _, term in found if term.role == "burden"]
        turning = [start for start, _, term in found if term.role == "direction"]
        hits = tuple(
            self._hit(line, start, end, term, clauses, shifts, burdens)
            for start, end, term in found
            if term.role in {"tone", "direction"}
            or (term.role == "burden" and term.score and not _turned(start, turning, clauses))
        )
        return hits, clauses

    def toward(self, line: Sequence[Word], targets: Sequence[tuple[int, int]]) -> tuple[float, ...]:
        """Return the tone toward each target, given as ranges of words, in [-1, 1]."""
        hits, clauses = self.hits(line)
        totals = [0.0] * len(targets)
        covered = {index for start, end in targets for index in range(start, end)}
        for hit in hits:
            if hit.start in covered:
                continue  # a word of a name has no tone
            for place, amount in _shares(line, hit, targets, clauses):
                totals[place] += amount
        return tuple(_squashed(total) for total in totals)

    def overall(self, line: Sequence[Word]) -> float:
        """Return the tone of a whole sentence in [-1, 1]."""
        return _squashed(
            sum(hit.score if abs(hit.score) > 0.15 else (hit.object_score or 0.0) for hit in self.hits(line)[0])
        )

    def _hit(
        self, line: Sequence[Word], start: int, end: int, term: ToneTerm, clauses: _Clauses,
        shifts: Iterable[tuple[int, int, ToneTerm]], burdens: Iterable[int],
    ) -> Hit:  # fmt: skip
        clause = clauses.of_word[start]
        factor = 1.0
        for left, right, shift in shifts:
            if 0 <= start - right <= _SHIFT_REACH and clauses.of_word[left] == clause:
                factor *= _shifted(shift, term.score)
        factor *= _CONCEDED if clause in clauses.conceded else 1.0
        if term.role == "direction" and _near(burdens, start, end, clause, clauses):
            factor = -factor
        score, other = term.score * factor, None if term.object_score is None else term.object_score * factor
        if other is not None and _is_passive(line, start, end):
            score, other = other, score
        return Hit(start, end, clause, score, other)

    def _clauses(self, line: Sequence[Word]) -> _Clauses:
        barriers = {start for start, _, _ in self._barriers.find(line)}
        of_word: list[int] = []
        side, conceded = [0], set[int]()
        for index, word in enumerate(line):
            closes = word.low == "," and len(side) - 1 in conceded
            if index in barriers:
                side.append(side[-1] + 1)
            elif word.low in _MARKS or closes or (word.low in _CONTRAST and index > 0):
                side.append(side[-1] + (word.low == ":"))
            if word.low in _CONCESSIONS:
                conceded.add(len(side) - 1)
            of_word.append(len(side) - 1)
        return _Clauses(tuple(of_word), tuple(side), frozenset(conceded))


def _shifted(shift: ToneTerm, score: float) -> float:
    """A negation of something bad is weaker praise than a negation of something good is blame."""
    if shift.role != "negator":
        return 1 + shift.score
    return shift.score * (_NEGATED_BLAME if score < 0 else 1.0)


def _turned(place: int, turning: Iterable[int], clauses: _Clauses) -> bool:
    """Whether a direction stands close enough to a burden to speak for both."""
    return any(
        clauses.of_word[turn] == clauses.of_word[place] and -3 <= turn - place <= _BURDEN_REACH for turn in turning
    )


def _near(burdens: Iterable[int], start: int, end: int, clause: int, clauses: _Clauses) -> bool:
    return any(
        clauses.of_word[place] == clause and (0 < start - place <= _BURDEN_REACH or 0 <= place - end <= 2)
        for place in burdens
    )


def _is_passive(line: Sequence[Word], start: int, end: int) -> bool:
    """ "was criticised", "sued by"."""
    if end < len(line) and line[end].low == "by":
        return True
    participle = line[start].low.endswith(("ed", "en", "wn")) or line[start].low in {"beaten", "shot"}
    return participle and any(word.low in _BE for word in line[max(0, start - 3) : start])


def _shares(
    line: Sequence[Word], hit: Hit, targets: Sequence[tuple[int, int]], clauses: _Clauses
) -> Iterable[tuple[int, float]]:
    """Which target gets how much of a term."""
    inside = [place for place, (start, _) in enumerate(targets) if clauses.of_word[start] == hit.clause]
    if not inside:
        yield from _spread(hit, targets, clauses)
        return
    before = [place for place in inside if targets[place][1] <= hit.start]
    after = [place for place in inside if targets[place][0] >= hit.end]
    if hit.object_score is not None:
        yield from ((place, hit.score) for place in before)
        yield from ((place, hit.object_score) for place in after)
        return
    owner = before[-1] if before else after[0] if after else inside[0]
    group = _coordinated(line, targets, owner)
    for place in inside:
        yield place, hit.score * (1.0 if place in group else _OTHER_TARGET)


def _spread(hit: Hit, targets: Sequence[tuple[int, int]], clauses: _Clauses) -> Iterable[tuple[int, float]]:
    """Share a term whose clause names no target among those of the other clauses."""
    sides = [clauses.side[clauses.of_word[start]] for start, _ in targets]
    across = _ACROSS_SPEECH if clauses.side[hit.clause] in sides else _OWN_SPEECH
    for place, side in enumerate(sides):
        yield place, hit.score * (_OTHER_CLAUSE if side == clauses.side[hit.clause] else across)


def _coordinated(line: Sequence[Word], targets: Sequence[tuple[int, int]], owner: int) -> frozenset[int]:
    """The targets that are listed together with one: "A, B and C"."""
    group = {owner}
    for step in (-1, 1):
        place = owner
        while 0 <= place + step < len(targets):
            left, right = sorted((place, place + step))
            between = line[targets[left][1] : targets[right][0]]
            if len(between) > 2 or not between or any(word.low not in {",", "and", "&", "or"} for word in between):
                break
            place += step
            group.add(place)
    return frozenset(group)


def _squashed(total: float) -> float:
    """Keep a sum of scores within (-1, 1), and small sums as they are."""
    return 1.5 * total / (1 + abs(total)) if abs(total) <= 2 else (1.0 if total > 0 else -1.0)

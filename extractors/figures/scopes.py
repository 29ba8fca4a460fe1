"""What else must be equal before two values may be compared: board, field, variant, period, basis, region, baseline.

Guarantee: parts are normalised, sorted and joined by "; "; one part per dimension; empty means the text states none.
"""

from extractors.figures.metrics import MetricHit
from extractors.figures.periods import allows, time_parts
from extractors.figures.phrases import is_content, noun_run, until_verb
from extractors.figures.reading import Cue, CueKind, Reading, word_set
from extractors.figures.topics import Subject
from extractors.packs import Packs, Scope
from extractors.records import Mention, Quantity

_PLACES = frozenset(("place", "spot", "position", "rank", "ranking", "slot", "placed", "seed", "title", "globally"))
_DULL = word_set("leading worldwide top best straight consecutive new overall only")
_INDEX = frozenset(("index", "rankings", "ranking", "leaderboard"))
_BOARDS = word_set("ranking rankings index leaderboard leaderboards board table")


class ScopeTable:
    """The packs' scopes, compiled once."""

    def __init__(self, packs: Packs) -> None:
        """Index `packs.scopes`."""
        self._rows: dict[str, Scope] = {row.id: row for row in packs.scopes}

        self._defaults = tuple(row for row in packs.scopes if row.default_for)
        self._indexed = frozenset(id_ for row in packs.scopes for id_ in row.default_for)
        """Metrics with a default scope: a place on a publisher's general index is a place overall; the publisher
        stands in `attributed_to`."""

    def phrases(self) -> list[tuple[CueKind, str, str]]:
        """Return all cue phrases for the cue table."""
        return [("scope", row.id, cue) for row in self._rows.values() for cue in row.cues]

    def parts(
        self, reading: Reading, quantity: Quantity, hit: MetricHit, subject: Subject, inherited: dict[str, str]
    ) -> dict[str, str]:
        """Return the scope's parts by dimension; `inherited` are those of the figure whose metric this one took."""
        parts = dict(inherited)
        parts.update(self._pack_parts(reading, quantity, hit))
        if allows(hit, "board"):
            parts.update(_boards(reading, quantity))
        if quantity.unit == "rank":
            parts.update(_ranked_class(reading, quantity, subject))
        parts.update({} if "parameters" in (hit.unit,) else time_parts(reading, quantity, hit, subject))
        parts.update(_baseline(reading, quantity, hit))
        parts = _region(reading, quantity, hit, subject) | parts
        parts.update(_variant(reading, subject))
        self._default(reading, hit, parts)
        if hit.id in self._indexed and _INDEX & set(parts.get("board", "").lower().split()):
            parts["board"] = ""
        return {dimension: part for dimension, part in parts.items() if part}

    def _pack_parts(self, reading: Reading, quantity: Quantity, hit: MetricHit) -> dict[str, str]:
        """Choose per dimension the cue nearest to the number within its clause; a field beats "overall"."""
        best: dict[str, tuple[float, str]] = {}
        for cue in reading.cues:
            if cue.kind != "scope":
                continue
            row = self._rows[cue.id]
            if (row.metrics and hit.id not in row.metrics) or not allows(hit, row.dimension or row.id, row.id):
                continue
            distance = _distance(reading, quantity, cue)
            if distance is None:
                continue
            distance += 50 if hit.id in row.default_for else 0
            key = row.dimension or row.id
            if key not in best or distance < best[key][0]:
                best[key] = (distance, row.id)
        return {key: id_ for key, (_, id_) in best.items()}

    def _default(self, reading: Reading, hit: MetricHit, parts: dict[str, str]) -> None:
        """A place on a named index or in a ranking, with no field stated, is a place overall."""
        for row in self._defaults:
            if hit.id not in row.default_for or (row.dimension or row.id) in parts or "class" in parts:
                continue
            if _BOARDS & set(reading.words) or any(m.kind == "benchmark" for m in reading.mentions):
                parts[row.dimension or row.id] = row.id


def joined(parts: dict[str, str]) -> str:
    """Return the parts as one string: sorted, without doubles, joined by "; "."""
    return "; ".join(sorted(set(parts.values())))


def _distance(reading: Reading, quantity: Quantity, cue: Cue) -> float | None:
    """Return how many words lie between cue and number, or None where another number or clause is nearer to the cue."""
    first, last = reading.span(quantity.start, max(quantity.end, quantity.noun_end))
    if cue.first <= last and cue.last >= first:
        return 0
    start, end = reading.starts[cue.first], reading.ends[cue.last]
    if cue.first > last:
        if any(quantity.end <= q.start < start for q in reading.quantities) or cue.first - last > 10:
            return None
        gap = cue.first - last
    else:
        if any(end <= q.start < quantity.start for q in reading.quantities) and cue.first > 4:
            return None
        if reading.claimed(quantity, start):
            return None
        gap = first - cue.last
    return (
        gap + (0 if reading.clause_of[cue.first] == reading.clause(quantity.start) else 100)
        if _same_clause(reading, cue, quantity)
        else None
    )


def _same_clause(reading: Reading, cue: Cue, quantity: Quantity) -> bool:
    clause = reading.clause(quantity.start)
    return clause - 1 <= reading.clause_of[cue.first] <= clause


def _boards(reading: Reading, quantity: Quantity) -> dict[str, str]:
    """Return the benchmark of the number: "62.1 on SWE-bench Pro" behind it, else the nearest before it."""
    boards = [m for m in reading.mentions if m.kind == "benchmark"]
    if not boards:
        return {}
    end = max(quantity.end, quantity.noun_end)
    limit = min((q.start for q in reading.quantities if q.start >= end), default=reading.end)
    behind = [m for m in boards if end <= m.start < limit and _bound_to(reading, end, m)]
    if behind:
        return {"board": behind[0].name}
    if (named := _in_order(reading, quantity, boards)) is not None:
        return {"board": named.name}
    before = [m for m in boards if m.end <= quantity.start and not _claimed(reading, m, quantity)]
    return {"board": before[-1].name} if before else {}


def _in_order(reading: Reading, quantity: Quantity, boards: list[Mention]) -> Mention | None:
    """Return the board for one of "(69.2 and 85.0)" where as many boards as numbers in the bracket came before."""
    head = reading.text.rfind("(", reading.start, quantity.start)
    if head < 0 or reading.text.find(")", head, quantity.start) >= 0:
        return None
    tail = reading.text.find(")", quantity.end, reading.end)
    inside = [q for q in reading.quantities if head < q.start < (tail if tail >= 0 else reading.end)]
    ahead = [m for m in boards if m.end <= head]
    return ahead[inside.index(quantity)] if len(inside) == len(ahead) > 1 else None


def _bound_to(reading: Reading, end: int, board: Mention) -> bool:
    gap = reading.gap(end, board.start)
    return len(gap) <= 4 and bool({"on", "in", "at", "for", "by", "to"} & set(gap))


def _claimed(reading: Reading, board: Mention, quantity: Quantity) -> bool:
    """Whether an earlier number took the board: "62.1 on A and 81.0" leaves nothing for 81.0."""
    for other in reading.quantities:
        end = max(other.end, other.noun_end)
        if other is not quantity and end <= board.start and _bound_to(reading, end, board):
            return True
    return False


def _ranked_class(reading: Reading, quantity: Quantity, subject: Subject) -> dict[str, str]:
    """ "third leading AI lab" gives "ai labs", "third-largest carmaker" gives "largest carmakers"."""
    run = quantity.noun.replace("-", " ").split() or " ".join(noun_run(reading, reading.at(quantity.end))).split()
    words = [w for w in run if w not in _DULL and not w.endswith("ly")]
    if not words or _PLACES & {words[0], words[-1]} or words[0].endswith(("ing", "ed")):
        return {}
    superlative = words[0] in ("largest", "biggest", "most", "richest", "highest", "fastest", "busiest")
    if words[-1].rstrip("s") in ("model", "system") and subject.kind == "model" and not superlative:
        return {}
    if not words[-1].endswith(("s", "est")):
        words[-1] += "s"
    return {"class": " ".join(words), "field": ""}


def _baseline(reading: Reading, quantity: Quantity, hit: MetricHit) -> dict[str, str]:
    """Return what a ratio or a lag is measured against: "of the cost of X", "behind X", and "of turnover"."""
    if hit.row is None or not {"baseline", "share_of"} & set(hit.row.scopes):
        return {}
    words, last = reading.words, reading.before(max(quantity.end, quantity.noun_end))
    if "share_of" in hit.row.scopes:
        if quantity.unit == "percent" and words[last + 1 : last + 2] == ("of",):
            return {"share_of": f"of {' '.join(noun_run(reading, last + 2))}".strip()}
        return {}
    for i in range(last + 1, min(last + 10, len(words) - 1)):
        if words[i] in ("behind", "than", "of", "to", "with", "against") and is_baseline(words, i):
            run = noun_run(reading, i + 1, limit=7)
            return {"baseline": f"{'behind ' if words[i] == 'behind' else ''}{' '.join(run)}"} if run else {}
    return _behind_before(reading, reading.at(quantity.start))


def is_baseline(words: tuple[str, ...], i: int) -> bool:
    """Whether the phrase after word i is a baseline and no part of the metric: not "of the cost of"."""
    j = i + 1
    while j < len(words) and not is_content(words[j]):
        j += 1
    return j < len(words) and words[j] not in ("cost", "price", "fee", "rate", "size", "amount")


def _behind_before(reading: Reading, first: int) -> dict[str, str]:
    words = reading.words
    for i in range(first - 1, max(-1, first - 14), -1):
        if i and words[i - 1 : i + 1] in (("par", "with"), ("similar", "to"), ("comparable", "to")):
            run = until_verb(noun_run(reading, i + 1, limit=5))
            return {"baseline": f"behind {' '.join(run)}"} if run else {}
        if words[i] in ("behind", "trailing", "trail", "trails"):
            run = noun_run(reading, i + 1, limit=5)
            return {"baseline": f"behind {' '.join(run)}"} if run else {}
    return {}


_SEATED = frozenset(("based", "headquartered", "listed", "born", "registered", "incorporated"))
"""Before "in": where somebody sits, not where the number holds."""


def _region(reading: Reading, quantity: Quantity, hit: MetricHit, subject: Subject) -> dict[str, str]:
    """Return the place that a company's figure is for: "sales in China"."""
    if hit.row is None or "region" not in hit.row.scopes or subject.kind == "other":
        return {}
    clause = reading.clause(quantity.start)
    for mention in reading.mentions:
        if (
            mention.kind == "place"
            and mention.entity_id != subject.entity_id
            and reading.clause(mention.start) == clause
        ):
            i = reading.before(mention.start)
            if i > 0 and reading.words[i - 1 : i + 1] == ("in", "the"):
                i -= 1
            seated = i > 0 and reading.words[i - 1] in _SEATED
            if i >= 0 and reading.words[i] in ("in", "across") and not seated:
                return {"region": mention.name}
    return {}


def _variant(reading: Reading, subject: Subject) -> dict[str, str]:
    """Return a setting that stands right behind the subject's name: "DeepSeek V4 Pro max", "GPT-5.5 xhigh"."""
    if subject.kind not in ("model", "product"):
        return {}
    for mention in reading.mentions:
        if mention.entity_id == subject.entity_id:
            i = reading.at(mention.end)
            if i < len(reading.words) and reading.words[i] in ("max", "xhigh", "high", "medium", "low", "min"):
                return {"variant": reading.words[i]}
    return {}

"""What else must be equal before two values may be compared: board, field, variant, period, basis, region, baseline.

Guarantee: parts are normalised, sorted and joined by "; "; one part per dimension; empty means the text states none.
"""

import re

from extractors.figures.metrics import MetricHit
from extractors.figures.phrases import is_content, noun_run
from extractors.figures.reading import Cue, CueKind, Reading, word_set
from extractors.figures.subjects import Subject
from extractors.packs import Packs, Scope
from extractors.records import Mention, Quantity

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_QUARTER = re.compile(
    r"\b(?:(?:the\s+)?(?:(fiscal)\s+)?(first|second|third|fourth|1st|2nd|3rd|4th)[ -](quarter|half)"
    r"|([QH])([1-4]))\b(?:\s+(?:of\s+)?(?:(?:fiscal|FY)\s*)?((?:19|20)\d\d)\b)?",
    re.I,
)
_FISCAL = re.compile(r"\b(?:fiscal(?:\s+year)?\s+|FY\s?)((?:20)?\d\d)\b", re.I)
_END = re.compile(r"\b(?:by\s+)?(?:the\s+)?end[- ](?:of[- ])?((?:19|20)\d\d)\b", re.I)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH = re.compile(
    rf"\b(?:in|during|for|of|since)\s+(?:early\s+|late\s+)?({_MONTHS})\b(?:,?\s+((?:19|20)\d\d))?(?!\s+\d)"
)
_YEAR = re.compile(
    r"\b(?:in|during|for|since|by|of|from)\s+(?:the\s+)?(?:(?:full|calendar)\s+year\s+|early\s+|late\s+)?((?:19|20)\d\d)\b",
    re.I,
)
_TO_DATE = re.compile(r"\b(?:year[- ]to[- ]date|so far this year|this year so far|since the start of the year)\b", re.I)
_PER = re.compile(
    r"\b(?:per|a|each|every)\s+(year|month|week|day|hour|quarter)\b|\b(annually|monthly|weekly|daily)\b", re.I
)
_AGO = re.compile(
    r"\b(?:a|one)\s+(year|quarter|month)\s+(?:ago|earlier|before)\b|\b(?:last|previous|prior)\s+(year|quarter|month)\b",
    re.I,
)
_EARLIER = word_set("from versus vs against")
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
        if _allows(hit, "board"):
            parts.update(_boards(reading, quantity))
        if quantity.unit == "rank":
            parts.update(_ranked_class(reading, quantity, subject))
        parts.update({} if "parameters" in (hit.unit,) else _time_parts(reading, quantity, hit, subject))
        parts.update(_baseline(reading, quantity, hit))
        parts.update(_region(reading, quantity, hit, subject))
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
            if (row.metrics and hit.id not in row.metrics) or not _allows(hit, row.dimension or row.id, row.id):
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


def _allows(hit: MetricHit, *names: str) -> bool:
    return hit.row is None or not hit.row.scopes or bool(set(names) & set(hit.row.scopes))


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
    """"third leading AI lab" gives "ai labs", "third-largest carmaker" gives "largest carmakers"."""
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


def _time_parts(reading: Reading, quantity: Quantity, hit: MetricHit, subject: Subject) -> dict[str, str]:
    parts: dict[str, str] = {}
    if _allows(hit, "rate") or ("/" in quantity.unit and "/" not in hit.unit and hit.id == hit.row.id if hit.row else False):
        tail = reading.text[quantity.end : min(reading.end, max(quantity.end, quantity.noun_end) + 16)]
        rate = _PER.search(tail)
        if rate:
            parts["rate"] = f"per {rate.group(1).lower()}" if rate.group(1) else rate.group(2).lower()
    if not _allows(hit, "period"):
        return parts
    if subject.evidence != "distributed" and _stated_before(reading, quantity):
        parts["moment"] = "earlier"
        return parts
    period = _period(reading, quantity)
    return parts | ({"period": period} if period else {})


def _stated_before(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number is the earlier level: "to 20 from 10", "compared with 10 a year earlier"."""
    i = reading.before(quantity.start)
    while i >= 0 and reading.words[i] in (
        "a",
        "an",
        "about",
        "around",
        "the",
        "just",
        "only",
        "$",
        "£",
        "€",
        "revised",
        "nearly",
    ):
        i -= 1
    tail = reading.text[quantity.end : min(reading.end, quantity.end + 40)]
    ago = _AGO.search(tail)
    if i < 0:
        return False
    word = reading.words[i]
    if word in _EARLIER and len(reading.quantities) > 1:
        return word != "against" or ago is not None
    compared = word in ("with", "to", "than") and i > 0 and reading.words[i - 1] in ("compared", "more", "down", "up")
    return (compared and word != "to" and len(reading.quantities) > 1 and ago is not None) or (
        ago is not None and ago.start() <= 3
    )


def _period(reading: Reading, quantity: Quantity) -> str:
    """Return the period named nearest to the number in its sentence: "Q2 2026", "FY2025", "end-2026", "2025"."""
    text, start, end = reading.text, reading.start, reading.end
    options: list[tuple[int, str]] = []
    for pattern, name in (
        (_QUARTER, _quarter),
        (_FISCAL, _fiscal),
        (_END, _end),
        (_TO_DATE, _to_date),
        (_MONTH, _month),
        (_YEAR, _year),
    ):
        for match in pattern.finditer(text, start, end):
            if match.end() <= quantity.start or match.start() >= quantity.end:
                gap = match.start() - quantity.end if match.start() >= quantity.end else quantity.start - match.end()
                options.append((gap, name(match)))
        if options and pattern in (_FISCAL, _TO_DATE, _MONTH):
            break
    return min(options)[1] if options else ""


def _quarter(match: "re.Match[str]") -> str:
    if match.group(4):
        name = f"{match.group(4).upper()}{match.group(5)}"
    else:
        name = f"{'Q' if match.group(3).lower() == 'quarter' else 'H'}{_ORDINALS[match.group(2).lower()]}"
    return f"{name} {match.group(6)}" if match.group(6) else name


def _fiscal(match: "re.Match[str]") -> str:
    return f"FY{match.group(1)[-4:]}" if len(match.group(1)) == 4 else f"FY20{match.group(1)}"


def _end(match: "re.Match[str]") -> str:
    return f"end-{match.group(1)}"


def _to_date(match: "re.Match[str]") -> str:
    del match
    return "year-to-date"


def _month(match: "re.Match[str]") -> str:
    return f"{match.group(1).title()} {match.group(2)}" if match.group(2) else match.group(1).title()


def _year(match: "re.Match[str]") -> str:
    return match.group(1)


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
    for i in range(first - 1, max(-1, first - 12), -1):
        if words[i] in ("behind", "trailing", "trail", "trails"):
            run = noun_run(reading, i + 1, limit=5)
            return {"baseline": f"behind {' '.join(run)}"} if run else {}
    return {}


def _region(reading: Reading, quantity: Quantity, hit: MetricHit, subject: Subject) -> dict[str, str]:
    """Return the place that a company's figure is for: "sales in China"."""
    if hit.row is None or "region" not in hit.row.scopes:
        return {}
    clause = reading.clause(quantity.start)
    for mention in reading.mentions:
        if (
            mention.kind == "place"
            and mention.entity_id != subject.entity_id
            and reading.clause(mention.start) == clause
        ):
            i = reading.before(mention.start)
            if i >= 0 and (
                reading.words[i] in ("in", "across") or (i > 0 and reading.words[i - 1 : i + 1] == ("in", "the"))
            ):
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

"""Percentages that do not follow from the levels stated beside them: "rose 20 percent to $4 billion from $3 billion".

Flags only what no rounding explains; the sum is shown. Pure but for `update`; linear in the text's length.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from extractors.records import content_id
from store.crosscheck.ledger import Entry, Ledger, SideEntry

LEAST_MISS = 1.0
"""Percentage points by which a stated change has to miss what the roundest reading of the levels allows."""
ROUNDING_CAP = 0.05

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9}


def _number(name: str) -> str:
    scale = "|".join(sorted(_SCALES, key=len, reverse=True))
    return rf"[$\u20ac\u00a3]?(?P<{name}>[0-9][0-9,]{{0,14}}(?:\.[0-9]{{1,6}})?) ?(?P<{name}_scale>(?:{scale})\b)?"


_HEDGE = r"(?P<hedge>about |around |roughly |some |nearly |almost |more than |over |less than |at least )?"
_SHARE = rf"{_HEDGE}(?P<share>[0-9]{{1,4}}(?:\.[0-9]{{1,4}})?) ?(?:%|per ?cent)(?! ?-?points?)"
_UP = (
    r"(?P<up>rose|grew|increased|climbed|jumped|surged|gained|rises|larger|bigger|higher|greater|more|longer|"
    r"increase|rise|up)"
)
_DOWN = (
    r"(?P<down>fell|dropped|declined|decreased|slid|shrank|falls|smaller|lower|less|fewer|shorter|decrease|fall|drop|"
    r"decline|down)"
)
_WAY = rf"(?:{_UP}|{_DOWN})"
_WORDS = r"(?: [a-z]{1,12}){0,2}"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_WAY} (?:by )?{_SHARE} to {_number('new')}{_WORDS},? from {_number('old')}",
        rf"\b{_number('new')}{_WORDS} (?:is|was|are|were) {_SHARE} {_WAY} than (?:the |its )?{_number('old')}",
        rf"\bfrom {_number('old')}{_WORDS} to {_number('new')}{_WORDS},? (?:an? )?{_WAY} (?:of |by )?{_SHARE}",
    )
)


@dataclass(frozen=True, slots=True)
class Miss:
    """A change that its levels contradict: per cent as stated and as computed, and where the new level stands."""

    stated: float
    computed: float
    shown: str
    start: int
    end: int
    quote: str


def misses(text: str) -> Iterator[Miss]:
    """Yield the stated changes that do not follow from the two levels beside them."""
    for form in _FORMS:
        for match in form.finditer(text):
            found = _check(match)
            if found:
                yield found


def _check(match: re.Match[str]) -> Miss | None:
    if bool(match["new_scale"]) != bool(match["old_scale"]):
        return None  # "from 3 to 3.6 billion" leaves open what the first number counts
    (new, new_slack), (old, old_slack) = _level(match, "new"), _level(match, "old")
    share = float(match["share"]) * (-1 if match["down"] else 1)
    if old - old_slack <= 0:
        return None
    low, high = ((new - new_slack) / (old + old_slack) - 1) * 100, ((new + new_slack) / (old - old_slack) - 1) * 100
    slack = LEAST_MISS + 0.5 + (abs(share) * 0.1 if match["hedge"] else 0.0)
    if low - slack <= share <= high + slack:
        return None
    computed = (new / old - 1) * 100
    shown = f"{_shown(match, 'new')} / {_shown(match, 'old')} - 1 = {computed:+.1f}%, stated {share:+g}%"
    return Miss(share, computed, shown, match.start("new"), match.end("new"), match.group())


def _level(match: re.Match[str], name: str) -> tuple[float, float]:
    """A level and half a step of its last non-zero digit, at most 5%."""
    digits = match[name].replace(",", "")
    scale = _SCALES.get((match[f"{name}_scale"] or "").lower(), 1.0)
    decimals = len(digits.partition(".")[2])
    zeros = 0 if decimals else len(digits) - len(digits.rstrip("0"))
    value = float(digits)
    return value * scale, min(10.0 ** (zeros - decimals) / 2, ROUNDING_CAP * value) * scale


def _shown(match: re.Match[str], name: str) -> str:
    return f"{match[name]} {match[f'{name}_scale'] or ''}".strip()


_FIGURES = """
SELECT f.article_id, f.figure_id, f.entity_id, f.entity, f.metric, f.scope, f.start_char, f.end_char, f.sentence,
       a.outlet, coalesce(a.origin_id, a.article_id)
FROM core.figure f SEMI JOIN checked_article USING (article_id) JOIN core.article a USING (article_id)
WHERE coalesce(f.entity_id, '') <> '' AND f.modality = 'asserted' AND a.copy_of IS NULL
"""


def update(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Enter the sums of the checked articles that miss, each under the figure that states the new level."""
    figures: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for article_id, *row in connection.execute(_FIGURES).fetchall():
        figures[article_id].append(tuple(row))
    texts = connection.execute("SELECT article_id, text FROM core.article SEMI JOIN checked_article USING (article_id)")
    for article_id, text in texts.fetchall():
        for miss in misses(text) if article_id in figures else ():
            near = [row for row in figures[article_id] if int(row[5]) < miss.end and miss.start < int(row[6])]
            if near:
                ledger.enter(_entry(article_id, near[0], miss))


def _entry(article_id: str, figure: tuple[str, ...], miss: Miss) -> Entry:
    figure_id, entity_id, entity, metric, scope, _, _, sentence, outlet, origin = figure
    sides = tuple(
        SideEntry(round(value, 1), "percent", (outlet,), (origin,), (), ids, (), (quote,))
        for value, ids, quote in ((miss.stated, (figure_id,), sentence), (miss.computed, (), miss.quote))
    )
    return Entry(
        contradiction_id=content_id("internal", article_id, entity_id, metric, scope, "change"),
        kind="internal",
        entity_id=entity_id,
        entity=entity,
        metric=metric,
        scope=scope,
        unit="percent",
        verdict="contradiction",
        spread=abs(miss.stated - miss.computed) / max(abs(miss.stated), abs(miss.computed)),
        origins=1,
        explanation=f"the stated change does not follow from the levels: {miss.shown}",
        sides=sides,
    )

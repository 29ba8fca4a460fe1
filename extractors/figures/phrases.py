"""Noun phrases around a number without a parser: the words that follow it, or the words that govern it.

Guarantee: lower case, without articles and hedges, at most five words; empty where nothing convincing stands there.
"""

from extractors.figures.reading import Reading, word_set
from extractors.records import Quantity

LONGEST = 5

_COMPARATIVES = word_set("larger smaller bigger higher lower faster slower cheaper heavier lighter longer shorter")

STOP = word_set(
    "the a an of at to in on for by with from as and or but nor so than that which who whose this these those it its "
    "he she they their his her our your my we you i is are was were be been being has have had do does did will would "
    "can could may might must shall should not no into over under between among through during after before since "
    "until while whilst when where if because about around roughly nearly almost approximately more less least most "
    "up down out per each every about just only also still already now then there here what how said says say"
)
_VERBS = word_set("want wants think believe support own owns use uses live lives prefer plan need needs expect see get")
_ARTICLES = word_set("the a an its his her their our this that these those some all")
_PLACERS = frozenset(("in", "at", "of", "for", "on", "across", "to", "around", "near"))
_DATES = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday today yesterday year month week quarter"
)
_LINKS = word_set(
    "record doubled tripled eased slowed slipped fallen risen grown dropped shrank edged averaged averages stand "
    "stands of at to is was were are be been by from about around roughly nearly almost approximately some "
    "over under more "
    "less than least just only as up reached reach reaches reaching hit hits totalled totaled total totals stood "
    "stands came rose fell grew climbed dropped increased decreased declined surged jumped averaged exceeded "
    "exceeds topped topping worth a an the : ( , $ € £ ¥ remained remains became has had have will would be could "
    "may might standing currently now estimated reported"
)


def noun_run(reading: Reading, i: int, limit: int = LONGEST) -> tuple[str, ...]:
    """Return the content words from word `i` on, after leading articles, up to a stop word or a mark.

    Words joined by hyphens ("state-of-the-art") count as one.
    """
    words = reading.words
    while i < len(words) and words[i] in _ARTICLES:
        i += 1
    run: list[str] = []
    while i < len(words) and len(run) < limit and is_content(words[i]):
        last = i
        while last + 1 < len(words) and reading.text[reading.ends[last] : reading.starts[last + 1]] == "-":
            last += 1
        run.append("-".join(words[i : last + 1]))
        i = last + 1
    return tuple(run)


def is_content(word: str) -> bool:
    """Whether a word may belong to a noun phrase."""
    return word[:1].isalpha() and word not in STOP


def after(reading: Reading, quantity: Quantity) -> str:
    """Return the phrase behind the number: "60% of enterprises" gives "enterprises"."""
    i = reading.at(quantity.end)
    words = reading.words
    if i < len(words) and words[i] == "+":
        i += 1
    if words[i : i + 2] == ("worth", "of"):
        i += 1
    if quantity.kind == "duration" and "-" in quantity.quote and i < len(words) and is_content(words[i]):
        return " ".join(until_verb(noun_run(reading, i, limit=2)))
    if i < len(words) and quantity.unit == "ratio" and words[i] in ("its", "their"):
        return " ".join(until_verb(noun_run(reading, i)))
    if i < len(words) and (words[i] == "of" or (quantity.unit == "count" and is_content(words[i]))):
        return " ".join(until_verb(noun_run(reading, i + (words[i] == "of"))))
    return ""


def equated(reading: Reading, quantity: Quantity) -> str:
    """Return what a bare number is said to be: "31 were children" gives "children"."""
    i = reading.at(quantity.end)
    if quantity.unit != "count" or reading.words[i : i + 1] not in (("were",), ("are",)):
        return ""
    word = reading.words[i + 1] if i + 1 < len(reading.words) else ""
    return word if is_content(word) and (word.endswith("s") or word in ("children", "women", "men", "people")) else ""


def compares(reading: Reading, quantity: Quantity) -> bool:
    """Whether the number is a difference: "25% larger than 32B", "74% larger"."""
    i = reading.at(quantity.end)
    words = reading.words[i : i + 2]
    return bool(words) and (
        words[0] in _COMPARATIVES
        or words in (("more", "than"), ("less", "than"), ("fewer", "than"))
        or (len(words) == 2 and words[0].endswith("er") and words[1] == "than")
    )


def before(reading: Reading, quantity: Quantity) -> str:
    """Return the phrase that governs the number: "average attendance reached 41,000" gives "average attendance"."""
    words = reading.words
    taken = {
        k
        for q in reading.quantities
        if q.end <= quantity.start
        for k in _inside(reading, q.start, max(q.end, q.noun_end))
    }
    named = {k for m in reading.mentions if m.end <= quantity.start for k in _inside(reading, m.start, m.end)}
    i = _past_links(words, reading.before(quantity.start))
    while i in named and (outer := _past_name(words, i, named)) != i:
        i = _past_links(words, outer)
    run: list[str] = []
    while i >= 0 and i not in named | taken and len(run) < 3 and is_content(words[i]) and words[i] not in _DATES:
        run.append(words[i])
        i -= 1
    return " ".join(reversed(run)) if len("".join(run)) > 1 else ""


def _inside(reading: Reading, start: int, end: int) -> range:
    first, last = reading.span(start, end)
    return range(first, last + 1)


def _past_links(words: tuple[str, ...], i: int) -> int:
    steps = 0
    while i >= 0 and steps < 8 and words[i] in _LINKS:
        i, steps = i - 1, steps + 1
    return i


def _past_name(words: tuple[str, ...], i: int, named: set[int]) -> int:
    """Step over "at the Bank of Sarle" to the noun before it; a name without a preposition is the end of the phrase."""
    k = i
    while k in named:
        k -= 1
    while k >= 0 and words[k] in ("the", "a", "its"):
        k -= 1
    return k - 1 if k >= 1 and words[k] in _PLACERS else i


def until_verb(run: tuple[str, ...]) -> tuple[str, ...]:
    """Cut a noun phrase at the first verb form: "western model released" is a western model."""
    for i, word in enumerate(run):
        if i and (word.endswith(("ed", "ing")) or word in _VERBS):
            return run[:i]
    return run

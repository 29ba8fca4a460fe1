"""How a sentence marks a number: as a former value, as one of several trials, as a part. Pure, in linear time."""

import re

from store.crosscheck.scopes import Atom

REACH = 90
"""Characters before a number in which the words that mark it may stand."""

_CHANGED = (
    r"(?:up|down|revis\w+|rais\w+|lower\w+|cut|increas\w+|reduc\w+|rose|risen|rising|rises?|fell|falls?|fallen|grew|grown|"
    r"correct\w+|changed?|updat\w+|jump\w+|climb\w+|lift\w+|trimm\w+|swell\w*|swollen|swelled|widen\w+|downgrad\w+|"
    r"upgrad\w+|dropp\w+|slid|doubl\w+|higher|lower|more|less|fewer)"
)
_FILLER = (
    r"(?:(?:an?|the|its|their|about|around|some|nearly|roughly|earlier|previous|initial|original|prior|former|first|of|"
    r"at|as|stated|reported|estimated?|estimates|figure|toll|count|forecast|projection|plan|target|guidance|reading|"
    r"just|only|was|were|magnitude|no\.)\s+){0,6}"
)
_BEFORE = re.compile(
    rf"(?:\b{_CHANGED}\b.{{0,60}}\bfrom|\b(?:instead of|rather than|not the)|"
    rf"\b(?:previously|earlier|initially|originally|formerly|previous|prior|former|initial|original)"
    rf"(?:\s+[a-z]+){{0,3}})\s+{_FILLER}[$\u20ac\u00a3\u00a5]?$",
    re.IGNORECASE | re.DOTALL,
)
_AFTER = re.compile(
    r"[,)]?\s+(?:that (?:it|they|he|she) had )?(?:previously|initially|originally|(?:earlier|first) "
    r"(?:estimated|reported|stated|announced|given|put))\b",
    re.IGNORECASE,
)

_NUMBER_WORD = r"(?-i:[A-K])|one|two|three|four|five|six|seven|eight|nine|ten|i{1,3}|iv|vi{0,3}|[0-9]{1,3}"
_ORDINAL = r"first|second|third|fourth|fifth|sixth|other|previous|earlier"
_SERIES = (
    r"phase|round|stage|wave|case|trial|study|test|leg|heat|unit|reactor|group|cohort|tranche|instal?lment|count|charge|"
    r"lawsuit|series|race|match|game|weekend|term|section|line|shipment|order|contract|offer|bid|poll|survey|vote|"
    r"debate|episode|season|fire|quake|blast|attack|incident"
)
_NUMBERED = re.compile(rf"\b(?P<series>{_SERIES})s? (?:no\. ?)?(?P<number>{_NUMBER_WORD})\b", re.IGNORECASE)
_ORDERED = re.compile(rf"\b(?P<number>{_ORDINAL})[ -](?P<series>{_SERIES})\b", re.IGNORECASE)
_NUMBERS = {
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), 1)},
    **{word: n for n, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), 1)},
    **{word: n for n, word in enumerate(("i", "ii", "iii", "iv", "v", "vi"), 1)},
}
_COUNTED = re.compile(
    r"\b(?P<share>[0-9][0-9.]{0,5}|all|half|most)(?: ?%| per ?cent)? of (?:the )?(?:\w+ )?"
    r"(?:ballots?|votes?|precincts?|stations|districts|wards|returns)(?: (?:were|had been|have been|being))? "
    r"(?:counted|reporting|tallied|in)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?: of (?:the )?[a-z]+)?(?: [a-z]+)? (?P<part>(?:against|among|on) (?:the )?[a-z-]{3,}(?: [a-z-]{4,})?)"
)
_RANKED_IN = re.compile(r"(?: place)?,? (?:in|at) (?P<place>[^.,;:()]{3,60})", re.IGNORECASE)
_NO_PLACE = frozenset(
    {"place", "rank", "ranking", "rankings", "index", "list", "table", "standings", "leaderboard", "world", "league"}
    | {"championship", "field", "category", "season", "year", "week", "month", "overall", "with", "behind", "after"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)


def qualifications(sentence: str, quote: str, unit: str) -> tuple[Atom, ...]:
    """Return what the words around a number tie it to beyond its bound scope: "phase 2", "30 of votes counted".

    Of a share also whom it is measured in: "against infection", "among women".
    """
    start = sentence.find(quote)
    if start < 0:
        return ()
    found = {_numbered(match) for match in _numbered_in(sentence, start, start + len(quote))}
    counted = [match for match in _COUNTED.finditer(sentence) if not _overlaps(match, start, start + len(quote))]
    found |= {("counted", f"{match['share']} counted") for match in counted}
    part = _PART.match(sentence, start + len(quote)) if unit == "percent" else None
    return tuple(sorted(found | ({("part", part["part"].lower())} if part else set())))


def ranked_in(sentence: str, quote: str) -> frozenset[str]:
    """Return the telling words of what a place is held in ("second in the downhill on Saturday"), or none."""
    start = sentence.find(quote)
    found = _RANKED_IN.match(sentence, start + len(quote)) if start >= 0 else None
    words = re.findall(r"[^\W\d_]+", found["place"].lower()) if found else []
    return frozenset(word for word in words if len(word) > 3 and word not in _NO_PLACE)


def _numbered_in(sentence: str, start: int, end: int) -> list[re.Match[str]]:
    matches = (*_NUMBERED.finditer(sentence), *_ORDERED.finditer(sentence))
    return [match for match in matches if not _overlaps(match, start, end)]


def _numbered(match: re.Match[str]) -> Atom:
    series, number = match["series"].lower(), match["number"].lower()
    return f"numbered {series}", f"{series} {_NUMBERS.get(number, number)}"


def _overlaps(match: re.Match[str], start: int, end: int) -> bool:
    return match.start() < end and start < match.end()


def is_former(sentence: str, quote: str) -> bool:
    """Whether the sentence calls the number a value that no longer holds: "up from the $1.9 billion of last week"."""
    start = sentence.find(quote)
    if start < 0 or sentence.find(quote, start + 1) >= 0:
        return False
    before = sentence[max(0, start - REACH) : start]
    return bool(_BEFORE.search(before) or _AFTER.match(sentence, start + len(quote)))

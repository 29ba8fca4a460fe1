"""The counted noun phrase behind a number, found from word forms alone: "charging stations" in "400 charging stations by"."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[ \u00a0]([^\W\d_][\w'’-]*)")
_SINGLE = re.compile(r"[ \u00a0-]([^\W\d_][\w'’]*)")
_OF = re.compile(r"[ ]of[ ](?:(?:the|these|those|its|their|his|her|our|your|my|all)[ ])?(?=[^\W\d_])", re.IGNORECASE)
_MOST_WORDS = 5
_STOP = frozenset(
    """a an the this that these those each every any all both some no not and or but nor so yet if then than as of in on at
    by to from for with without within into onto over under above below between among across against about around after
    before during since until till through throughout per via versus vs up down out off near behind beyond despite
    toward towards while when where who whom whose which what why how because although though unless whereas
    is are was were be been being am has have had having do does did will would shall should can could may might must
    said says say told added also just only even still already now then here there today yesterday tomorrow tonight
    it its he she they we you i him her them us his their our your my me
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december compared according including respectively later earlier ago away apart old
    ahead back again ever once twice more less fewer most least further yes
    won lost beat hit fell rose made took became came went got said ended started began remained stood scored
    ranked placed finished killed died used showed showing trailing followed following leading""".split()
)
_IRREGULAR = frozenset(
    """people men women children feet teeth mice geese police staff cattle sheep fish salmon aircraft spacecraft
    personnel crew troops media data criteria phenomena horsepower offspring poultry livestock fishermen policemen
    firefighters servicemen businessmen""".split()
)
_NO_PLURAL = re.compile(r"(?:ss|us|is|'s|’s|ics|news|always|perhaps|sometimes|overseas|sales-force)$")


@dataclass(frozen=True, slots=True)
class Noun:
    """A counted noun phrase, lower case, from `start` to `end`; `plural` says that its head is a plural."""

    phrase: str
    start: int
    end: int
    plural: bool


def after(text: str, start: int) -> Noun | None:
    """The noun phrase that begins at `start` (a space): the words up to the first plural, or None without a plural."""
    position, begin, linked = start, -1, False
    skipped = _OF.match(text, start)
    if skipped is not None:
        position = skipped.end() - 1
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, position)
        if word is not None and begin >= 0 and word.group(1) == "and" and not linked:
            linked, position = True, word.end()
            continue
        if word is None or word.group(1).lower() in _STOP:
            return None
        begin = word.start(1) if begin < 0 else begin
        position = word.end()
        if _plural(word.group(1)):
            return Noun(text[begin:position].lower(), begin, position, True)
    return None


def single(text: str, start: int) -> Noun | None:
    """The word at `start` (a space or hyphen) as a singular noun: "solution" in "one solution", "page" in "12-page"."""
    word = _SINGLE.match(text, start)
    if word is None or word.group(1).lower() in _STOP or len(word.group(1)) < 3:
        return None
    return Noun(word.group(1).lower(), word.start(1), word.end(), False)


def _plural(word: str) -> bool:
    lower = word.lower()
    return lower in _IRREGULAR or (len(lower) > 2 and lower.endswith("s") and _NO_PLURAL.search(lower) is None)

"""A number without unit and magnitude, judged: a name, a date, a list number, an age, a multiple, a count or none."""

import re
from dataclasses import replace

from extractors.figures import counted_nouns, hedges, number_context, number_words, rates, versions
from extractors.figures.counted_nouns import Noun
from extractors.figures.stated_numbers import Page, Stated

_AGED = re.compile(
    r"(?:\b(?:people|patients|adults|women|men|those|children|"
    r"residents|voters|drivers|citizens|pensioners|workers)[ ]"
    r"(?:over|above|under|below|older[ ]than|younger[ ]than|aged)|\baged|\bages?[ ]of|\bage|\bthe[ ]age[ ]of|\bturned|"
    r"\bturning|\bturns|\bwho[ ]is|\bwho[ ]was)[ ]$"
)
_APPOSED = re.compile(r"[A-Z][\w'’-]+,[ ]$")
_NO_TIMES = re.compile(
    r"[ ]times(?=[.,;:)]|$|[ ](?:in|on|at|since|during|over|per|by|this|last|and|before|after|until|when|while|for|"
    r"with|between|within|to|because|throughout|under|against|but|across|every|each|from|daily|is|was|an?|now)\b)"
)
_TIMES = re.compile(r"[ -]times?\b(?![ ]zones?)")
_PRICE_CURRENCY = "USD"
"""What "10/50 per million tokens" is in, where no currency is named."""
_SUMS = re.compile(r"\b(?:average|total|sum|mean|median)[ ]of[ ]$")
_SPAN_FOLLOWS = re.compile(rf"(?:[ -](?:to|or)[ -]|[ ]?[-–][ ]?)(?:\d|(?i:{number_words.SPELLED}))")
_PRONOUN = re.compile(
    r"\b(?:the|these|those|all|both|bottom|big|first|last|other|next|any|of|its|their)[ ][\"“'‘]?$", re.IGNORECASE
)
_NAME_FOLLOWS = re.compile(r"[ ][A-Z]")
_ATTRIBUTE = re.compile(r"\b(?:an?|the|its|their|his|her)[ ]$", re.IGNORECASE)
_NOT_ONE = re.compile(
    r"\b(?:no|any|every|each|this|that|the|which|another|some|same|only|at|last|good|such|every)[ ]$", re.IGNORECASE
)
_ONE_OF = re.compile(r"[ ]of[ ]")
_ONE_OF_SOME = re.compile(rf"[ ]of[ ](?:the[ ]|these[ ]|those[ ]|its[ ]|their[ ])?(?:\d|(?i:{number_words.SPELLED}))")


def judged(page: Page, stated: Stated) -> Stated | None:
    """Judge a number without unit and magnitude: a name, a date, a list number, an age, a multiple or a count."""
    text, digits = page.text, page.text[stated.numeral_start : stated.numeral_end]
    if not stated.spelled:
        if versions.dated(text, stated.start, stated.end) or versions.listed(text, stated.start, stated.end):
            return None
        if versions.addressed(text, stated.end) or (versions.year(digits) and not _counted_year(text, stated)):
            return None
    if "," not in digits and versions.named(text, stated.start, page.stems):
        return replace(stated, named=True)
    per = rates.after(text, stated.end, page.units, money=True)
    if per is not None and per.label.startswith("1"):
        name = f"{_PRICE_CURRENCY}/{per.label}"
        end = stated.end if stated.left == "joined" else per.end
        return replace(stated, unit=name, kind="price", end=end, noun=None, right="free")
    if _is_age(text, stated):
        return replace(stated, unit="year", kind="age")
    times = _TIMES.match(text, stated.end)
    if times is not None and not _NO_TIMES.match(text, stated.end):
        return replace(stated, unit="ratio", kind="multiple", end=times.end(), noun=None)
    return _counted(text, stated)


def _counted_year(text: str, stated: Stated) -> bool:
    """A number like a year counts only with a hedge, or with a noun where no year would stand."""
    before = text[max(0, stated.start - 12) : stated.start]
    if _SUMS.search(before) is not None:
        return True
    return hedges.before(text, stated.start) is not None and stated.noun is not None


def _is_age(text: str, stated: Stated) -> bool:
    if not 1 <= stated.value <= 115 or stated.step != 1:
        return False
    before = text[max(0, stated.start - 24) : stated.start]
    if _AGED.search(before):
        return stated.noun is None
    return text[stated.end : stated.end + 1] == "," and _APPOSED.search(before) is not None


def _counted(text: str, stated: Stated) -> Stated | None:
    """A count, with the noun it counts; spelled-out numbers need one."""
    if text[stated.end : stated.end + 2].startswith("-") and text[stated.end + 1 : stated.end + 2].isalpha():
        noun = counted_nouns.single(text, stated.end)
        return None if stated.spelled or noun is None else replace(stated, noun=noun)
    noun = stated.noun
    if stated.spelled and _SPAN_FOLLOWS.match(text, stated.end):
        return stated
    if stated.value == 1 and stated.spelled:
        noun = _one(text, stated)
        return replace(stated, noun=noun) if noun is not None else None
    if noun is None and (
        _NAME_FOLLOWS.match(text, stated.end)
        or (stated.spelled and _PRONOUN.search(text[max(0, stated.start - 10) : stated.start]))
    ):
        return None
    if noun is None and _ATTRIBUTE.search(text[max(0, stated.start - 6) : stated.start]):
        noun = counted_nouns.single(text, stated.end)
    return replace(stated, noun=noun)


def _one(text: str, stated: Stated) -> Noun | None:
    """What "one" counts: "one of the models", "one solution"; not "no one", "one another", "at one point"."""
    if _NOT_ONE.search(text[max(0, stated.start - 10) : stated.start]):
        return None
    if _ONE_OF.match(text, stated.end):
        return None if _ONE_OF_SOME.match(text, stated.end) else stated.noun
    noun = counted_nouns.singular(text, stated.end)
    return None if noun is None or noun.phrase in number_context.ONE_IDIOMS else noun

"""What sort of statement a claim is: its kind and polarity, from the reporting verb and the claim's own words."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractors.noun_phrases import AUXILIARIES, DETERMINERS, PREPOSITIONS, is_adverb
from extractors.packs import Packs, ReportingVerb
from extractors.records import ClaimKind
from extractors.words import Phrases, Word


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _phrases(listed: str | Iterable[str]) -> Phrases[bool]:
    """Phrases given one by one, or separated by commas."""
    items = (" ".join(item.split()) for item in listed.split(",")) if isinstance(listed, str) else listed
    return Phrases((phrase, True) for phrase in items)


_FUTURE = _phrases("""
    will, won't, is going to, are going to, is set to, are set to, is likely to, are likely to, it'll, we'll,
    they'll, i'll, is expected to, are expected to, is about to, are about to, is poised to, are poised to, is on
    track to, are on track to, will not, is unlikely to, are unlikely to, going to, risks, is due to, are due to
""")
_BACKSHIFTED = _phrases("""
    would, was likely to, were likely to, was set to, were set to, was expected to, were expected to, was going
    to, were going to, was unlikely to, was due to, were due to, wouldn't
""")
_POSSIBLE = _set("could may might")
_OWN_PLAN = _phrases("""
    plans to, planned to, plan to, intends to, intended to, intend to, aims to, aimed to, aim to, is planning to,
    are planning to, was planning to, were planning to, hopes to, we want to, is preparing to, has decided to, had
    decided to, have decided to, plans for, is working on, are working on
""")
_THEIR_PLAN = _phrases("""
    plans to, planned to, plan to, intends to, aims to, is planning to, are planning to, has decided to, hopes to
""")
_OWN_FORECAST = _phrases("""
    expects, expected, we expect, i expect, anticipates, anticipated, we anticipate, forecasts, we forecast,
    predicts, i predict
""")
_VIEW = _phrases("""
    should, shouldn't, ought to, i think, we think, i believe, we believe, in my view, in our view, i feel, it
    seems, must not, would be a, would have been a, needs to, need to, deserves, the best, the worst
""")
_NEGATIONS = _set("""
    not no never nobody nothing none cannot neither nor without isn't aren't wasn't weren't won't wouldn't can't
    couldn't didn't doesn't don't hasn't haven't hadn't unlikely false untrue baseless
""")
_SELF = _set("it we they he she i it'll we'll they'll i'll")
_FIRST = _set("i we i'll we'll i'm we're our my i'd we'd")
_EVENTS = _set("""
    be become cost take need happen come last work fall rise grow face reach
    remain stay hit exceed drop decline increase shrink slow lose benefit suffer continue have
""")


_NEAR = 14
"""Words from a claim's start in which an evaluation or a negation is its own and no side remark."""


class Stance:
    """Judges kind and polarity with the packs' evaluations."""

    def __init__(self, packs: Packs) -> None:
        self._evaluations = _phrases(form for term in packs.tone if term.opinion for form in term.forms)

    def kind(
        self,
        verb: ReportingVerb,
        content: Sequence[Word],
        *,
        speaker_last: str = "",
        is_person: bool = False,
        direct: bool = False,
    ) -> ClaimKind:
        """Return the claim's kind. A statement or opinion about what will come is a forecast, or a plan where the
        subject is the speaker ("it will open a plant"). `speaker_last` is the last word of the speaker's name; for a
        person "it" is somebody else."""
        if verb.kind in {"denial", "plan"}:
            return verb.kind
        if verb.kind == "forecast":
            return "forecast" if not _starts_with(content, "to") or verb.force not in {"hopes"} else "plan"
        if verb.force == "agreed" and _starts_with(content, "to"):
            return "plan"
        if verb.id == "colon" and _foretells(content):
            return "forecast"
        own = content[:1] != () and content[0].low in _FIRST if direct else _is_own(content, speaker_last, is_person)
        if _has(_OWN_PLAN, content) if own else _has(_THEIR_PLAN, content[:7]):
            return "plan"
        if _has(_OWN_FORECAST, content[:4]) and own:
            return "forecast"
        if self._comes(verb, content):
            return "plan" if own and _is_act(content) else "forecast"
        if verb.kind == "opinion" or _has(_VIEW, content) or self._evaluates(content):
            return "opinion"
        return "statement"

    def polarity(self, verb: ReportingVerb, content: Sequence[Word], *, negated: bool = False) -> int:
        """Return 1 for what is asserted, -1 for what is denied, 0 for what is left open."""
        if verb.polarity == 0:
            return 0
        sign = -verb.polarity if negated else verb.polarity
        main = _main_clause(content)[:_NEAR]
        return -sign if sum(word.low in _NEGATIONS for word in main) % 2 else sign

    def _comes(self, verb: ReportingVerb, content: Sequence[Word]) -> bool:
        main = _main_clause(content)
        if _has(_FUTURE, main):
            return True
        if _has(_BACKSHIFTED, main):
            perfect = any(a.low == "would" and b.low == "have" for a, b in pairwise(main))
            return not perfect and not self._evaluates(content)
        warns = verb.force in {"warned", "cautioned", "feared"}
        return any(
            word.low in _POSSIBLE and not (following.low in {"have", "be"} and not warns)
            for word, following in pairwise(main)
        )

    def _evaluates(self, content: Sequence[Word]) -> bool:
        return any(True for _ in self._evaluations.find(content[:_NEAR]))


def _has(phrases: Phrases[bool], line: Sequence[Word]) -> bool:
    return any(True for _ in phrases.find(line))


def _starts_with(content: Sequence[Word], word: str) -> bool:
    return bool(content) and content[0].low == word


def _foretells(content: Sequence[Word]) -> bool:
    """A headline's future: "Oil to slip further", "Famine likely by July"."""
    lows = [word.low for word in content[:5]]
    return "likely" in lows or ("to" in lows[1:] and not any(low in AUXILIARIES for low in lows))


def _is_own(content: Sequence[Word], speaker_last: str, is_person: bool) -> bool:
    """Whether the content's subject is the speaker: a pronoun, or the speaker's own name or noun."""
    head = [word.low for word in content[:4]]
    if not head:
        return False
    return (head[0] in _SELF and not (is_person and head[0] in {"it", "it'll"})) or (
        bool(speaker_last) and speaker_last.lower() in head[:3]
    )


def _is_act(content: Sequence[Word]) -> bool:
    """Whether the verb after the future auxiliary is something one does on purpose."""
    lows = [word.low for word in content[:12]]
    for index, low in enumerate(lows[:-1]):
        if low in {"will", "would", "to", "we'll", "it'll", "they'll", "i'll", "won't"}:
            rest = [word for word in lows[index + 1 :] if word not in {"not", "never", "also", "soon", "now"}]
            return bool(rest) and rest[0] not in _EVENTS
    return False


def _main_clause(content: Sequence[Word]) -> Sequence[Word]:
    """The words up to the first subordinate clause, so that a later "not" or "will" does not count."""
    for index, word in enumerate(content):
        if index > 3 and word.low in {
            ".",
            "that",
            "who",
            "because",
            "although",
            "though",
            "unless",
            "which",
            "while",
            "whereas",
            ";",
        }:
            return content[:index]
    return content


def subject_phrase(content: Sequence[Word]) -> Sequence[Word]:
    """The noun phrase with which a claim begins: its words up to the first verb, preposition or mark."""
    end = 0
    for word in content[:8]:
        stop = (
            word.low in AUXILIARIES
            or is_adverb(word)
            or (word.low in PREPOSITIONS and word.low != "of")
            or not (word.is_word or word.low == "'s")
        )
        verb = end >= 1 and word.low.endswith(("ed", "es")) and not word.is_capital
        if stop or (verb and content[end - 1].low not in DETERMINERS):
            break
        end += 1
    while end > 1 and content[end - 1].low in {"and", "or", "'s"}:
        end -= 1
    return content[:end]

"""Who stands before or after a verb: subject noun phrases found from word order and function words, no parser.

A phrase is returned as a half-open range of word indexes, or None where no phrase can be trusted.
"""

from collections.abc import Sequence

from extractors.words import Word

Span = tuple[int, int]


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


PRONOUNS = _set("he she it they i we you who")
DETERMINERS = _set("""
    the a an this that these those its his her their our my your some many several most all both one two three
    four five no any every each another other few such half
""")
PREPOSITIONS = _set("""
    in on at by for from with without under over after before during since despite amid among through to of into
    as than about against between following unlike like near across within via given per speaking asked along
    alongside together according based citing until toward towards upon including behind beyond outside inside
""")
CLAUSE_STARTERS = _set("""
    after as because when while whilst since although though if before until unless whereas that which but so
    where whether and or yet how why what whose
""")
AUXILIARIES = _set("""
    is are was were be been being has have had will would can could may might shall should must do does did am
    isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't couldn't didn't doesn't don't cannot
    it's he's she's that's there's they're we're i'm you're we've they've i've it'll they'll we'll became become
    becomes remains remained seems seemed
""")
ADVERBS = _set("""
    also now still then later earlier already again once never not often ever just even only too long first
    however meanwhile moreover further instead rightly himself herself itself themselves have has had since here
    there today yesterday separately nevertheless nonetheless afterwards thus hence soon
""")
_TIME = _set("""
    monday tuesday wednesday thursday friday saturday sunday today yesterday week month year morning afternoon
    evening night quarter january february march april june july august september october november december
""")
_HARD_STOPS = _set('; : ? ! … " “ ” « » ( [ • | „')
_AFTER_SPEAKER = CLAUSE_STARTERS - {"and", "or"} | {"in", "on", "at", "during", "last", "told"} | _TIME
_NO_HEADS = PREPOSITIONS | DETERMINERS - {"all", "both", "some", "many", "several", "others", "most", "one"}
_LONGEST = 22
"""Words that a subject may have with its apposition."""


def is_adverb(word: Word) -> bool:
    """Tell whether the word may stand between a subject and its verb, as "also" and "recently" do."""
    return word.low in ADVERBS or (word.low.endswith("ly") and len(word.low) > 4 and not word.is_capital)


def before(line: Sequence[Word], end: int) -> Span | None:
    """Return the subject that ends before word `end` (a verb group's first), without apposition or relative clause."""
    start = _region_start(line, end)
    if start == end and start > 0 and line[start - 1].low == "who":
        return before(line, start - 1)
    pieces = _pieces(line, start, end)
    if pieces and pieces[-1][0] == pieces[-1][1]:
        if start > 1 and line[start - 1].low in {"who", "which", "whose"}:
            return before(line, start - 1)  # "Elon Musk, who founded xAI, said"
        if start > 1 and line[start - 1].low in {"as", "that"}:
            return None  # a clause inside an apposition
        return _before_apposition(line, pieces[:-1])
    while pieces and _is_filler(line, pieces[-1]):
        pieces.pop()
    return _trimmed(line, pieces[-1]) if pieces else None


def after(line: Sequence[Word], start: int) -> Span | None:
    """Return the subject that begins at word `start`, as in "said Tang Jie, co-founder of Zhipu."."""
    end = start
    while end < len(line) and end - start < _LONGEST:
        low = line[end].low
        if low == "." and abbreviates(line, end):
            end += 1
            continue
        if low in _HARD_STOPS or low in {",", ".", "—", "–"} or low in AUXILIARIES:
            break
        if end > start and low in _AFTER_SPEAKER:
            break
        if end > start and low == "and" and not line[min(end + 1, len(line) - 1)].is_capital:
            break
        end += 1
    span = (start, end)
    return span if end > start and is_nominal(line, span) else None


def up_to_comma(line: Sequence[Word], start: int) -> Span | None:
    """Return the noun phrase from word `start` to the next comma, prepositional phrases included."""
    end = start
    while end < len(line) and end - start < _LONGEST and line[end].low not in _HARD_STOPS and line[end].low != ",":
        end += 1
    span = (start, end)
    return span if end < len(line) and line[end].low == "," and is_nominal(line, span) else None


def abbreviates(line: Sequence[Word], dot: int) -> bool:
    """Tell whether a period belongs to a name or title before it: "Luis V. Ortega", "Rep. Lieu", "Media Inc., "."""
    if dot == 0 or line[dot].low != "." or not line[dot - 1].is_capital or len(line[dot - 1].text) > 4:
        return False
    return dot + 1 < len(line) and (line[dot + 1].is_capital or line[dot + 1].low == ",")


def opening(line: Sequence[Word], limit: int) -> Span | None:
    """Return the name, pronoun or short description with which a sentence begins, before word `limit`.

    It is the subject of later verbs without one: "Meridian rejected the bid, saying ...".
    """
    start = _past_introduction(line, limit)
    start += start < limit and line[start].low in CLAUSE_STARTERS
    if start < limit and line[start].low in PRONOUNS:
        return (start, start + 1)
    end = start
    described = start < limit and line[start].low in DETERMINERS
    end += described
    while end < min(limit, start + 8):
        word = line[end]
        inside = (
            end + 1 < limit
            and end > start
            and line[end + 1].is_capital
            and (word.low in {"of", "and", "&"} or abbreviates(line, end))
        )
        if not (word.is_capital or inside) and not (described and word.is_word and not _looks_finite(word)):
            break
        end += 1
    span = (start, end)
    following = line[end].low if end < limit else ""
    usable = end > start + described and following not in {"'s", ":", "'", "’"} and following not in PREPOSITIONS
    return span if usable and is_nominal(line, span) else None


def _past_introduction(line: Sequence[Word], limit: int) -> int:
    """Skip "On Monday," and "However,"."""
    if line and (line[0].low in PREPOSITIONS or is_adverb(line[0])):
        for index in range(min(limit, 12)):
            if line[index].low == ",":
                return index + 1
        return limit
    return 0


def _looks_finite(word: Word) -> bool:
    return (
        word.low in AUXILIARIES
        or word.low.endswith(("ed", "es"))
        or word.low in {"rose", "fell", "took", "came", "went", "made", "won", "lost"}
    )


def is_nominal(line: Sequence[Word], span: Span) -> bool:
    """Tell whether the words can be a noun phrase: they begin like one and hold no finite auxiliary."""
    start, end = span
    if end <= start or end - start > _LONGEST:
        return False
    first, last = line[start], line[end - 1]
    if last.low == "." and end - start > 1 and line[end - 2].is_capital:
        last = line[end - 2]
    if not (first.is_word and (last.is_word or last.low == "'s")) or last.low in _NO_HEADS:
        return False
    if first.low in PREPOSITIONS or is_adverb(first):
        return False
    return not any(word.low in AUXILIARIES for word in line[start:end])


def _region_start(line: Sequence[Word], end: int) -> int:
    """Walk left to where the clause begins."""
    index = end
    while index > 0 and end - index < 60:
        low = line[index - 1].low
        if low in _HARD_STOPS or low in {"—", "–"}:
            break
        if low == ")":
            index = _open_bracket(line, index - 1)
            continue
        if low == "who" or (low in CLAUSE_STARTERS and not _joins_names(line, index - 1, end)):
            break
        index -= 1
    return index


def _open_bracket(line: Sequence[Word], close: int) -> int:
    for index in range(close, max(-1, close - 12), -1):
        if line[index].low == "(":
            return index
    return close


def _joins_names(line: Sequence[Word], index: int, end: int) -> bool:
    """ "Musk and Tang", "analysts and investors", "as" in a title's middle: the word joins two noun phrases."""
    word = line[index]
    if word.low not in {"and", "or"} or index == 0 or index + 1 >= end:
        return False
    left, right = line[index - 1], line[index + 1]
    if left.is_capital and right.is_capital:
        return True
    return end - index <= 3 and left.is_word and left.low.endswith("s") and right.low.endswith("s")


def _pieces(line: Sequence[Word], start: int, end: int) -> list[Span]:
    """Split at commas; a comma at the end leaves an empty last piece."""
    pieces: list[Span] = []
    left = start
    for index in range(start, end):
        if line[index].low == ",":
            pieces.append((left, index))
            left = index + 1
    pieces.append((left, end))
    return [piece for at, piece in enumerate(pieces) if piece[0] < piece[1] or at == len(pieces) - 1]


def _is_filler(line: Sequence[Word], piece: Span) -> bool:
    """ "however", "in turn", "too": no subject, and the piece before it may be one."""
    return piece[1] - piece[0] <= 3 and all(
        is_adverb(word) or word.low in PREPOSITIONS | {"turn", "part", "fact", "addition", "example"}
        for word in line[piece[0] : piece[1]]
    )


def _before_apposition(line: Sequence[Word], pieces: Sequence[Span]) -> Span | None:
    """The subject of "Tang Jie, co-founder of Zhipu, said": the first piece that is no introduction."""
    for piece in pieces:
        first = line[piece[0]]
        introduces = (
            first.low in PREPOSITIONS
            or is_adverb(first)
            or (first.low.endswith(("ing", "ed")) and piece[0] == 0 and piece[1] > 1)
        )
        if not introduces:
            described = any(word.low in DETERMINERS or word.low == "'s" for word in line[piece[0] : piece[1]])
            name = _closing_name(line, pieces[-1], described=described) if piece != pieces[-1] else None
            return name or _trimmed(line, piece)
    return None


def _closing_name(line: Sequence[Word], piece: Span, *, described: bool) -> Span | None:
    """The name in "A spokesman for the ministry, Ana Ruiz, said" where the piece is two or three capitalised words."""
    names = line[piece[0] : piece[1]]
    if piece[0] > 2 and 2 <= len(names) <= 3 and all(word.is_capital and word.text[0].isalpha() for word in names):
        return piece if described else None
    return None


def _trimmed(line: Sequence[Word], piece: Span) -> Span | None:
    """Cut what introduces the clause without a comma: "On Tuesday the company", "In a report Jefferies"."""
    start, end = piece
    while start < end and (is_adverb(line[start]) or line[start].low in {"and", "but", "or"}):
        start += 1
    if start < end and (line[start].low in PREPOSITIONS or line[start].low in _TIME):
        start = _last_phrase_start(line, start + 1, end)
    span = (start, end)
    if end - start > 1 and line[end - 1].low in PRONOUNS:
        span = (end - 1, end)
    return span if is_nominal(line, span) else None


def _last_phrase_start(line: Sequence[Word], start: int, end: int) -> int:
    """Where the last noun phrase in a piece that began with a preposition starts; `end` if none is certain."""
    for index in range(end - 1, start, -1):
        if line[index].low in DETERMINERS:
            return index if index > start else end
        if not line[index].is_capital and line[index].low not in {"of", "for", "at"} and index < end - 1:
            return index + 1 if line[index + 1].is_capital and line[index].low not in PREPOSITIONS else end
    return end

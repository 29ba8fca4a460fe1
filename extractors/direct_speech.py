"""Direct quotes and who says them: the attribution before or after the marks, and quotes that continue one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors import noun_phrases
from extractors.complements import Hit
from extractors.packs import ReportingVerb
from extractors.quotes import Quoted
from extractors.speech import SpeechReader
from extractors.words import Word, words

_REACH = 320
"""Characters in which an attribution is looked for on either side of a quote."""


@dataclass(frozen=True, slots=True)
class Attributed:
    """A quoted passage with its speaker's place, the reporting verb and the verb's place in the text."""

    quote: Quoted
    speaker_start: int
    speaker_end: int
    verb: ReportingVerb
    verb_start: int
    end: int
    """Where quote and attribution end, whichever is later."""


def attributed(text: str, passages: Sequence[Quoted], reader: SpeechReader) -> Iterator[Attributed]:
    """Yield the quotes that have a speaker, in order. Scare quotes and quoted titles have none."""
    last: Attributed | None = None
    for index, passage in enumerate(passages):
        left = passages[index - 1].right if index else 0
        right = passages[index + 1].left if index + 1 < len(passages) else len(text)
        found = _after(text, passage, right, reader) or _before(text, passage, left, reader)
        if found is None and last is not None and _continues(text, last, passage):
            found = Attributed(passage, last.speaker_start, last.speaker_end, last.verb, last.verb_start, passage.right)
        if found is not None:
            last = found
            if _is_speech(text, passage):
                yield found


def _is_speech(text: str, passage: Quoted) -> bool:
    return len(text[passage.start : passage.end].split()) >= 3


def _after(text: str, passage: Quoted, right: int, reader: SpeechReader) -> Attributed | None:
    """ "...," said X / "...," X said."""
    stop = min(right, passage.right + _REACH, _paragraph_end(text, passage.right))
    line = words(text, passage.right, stop)
    closed = text[passage.end - 1 : passage.end] in {",", "?", "!", "—", "–", "…"}
    if line and line[0].low in {",", "—", "–"}:
        closed, line = True, line[1:]
    if not closed or not line:
        return None
    for hit in reader.hits(line):
        if "quote" not in hit.verb.takes or line[hit.start].low.endswith("ing"):
            continue
        span = noun_phrases.after(line, hit.end) if hit.left == 0 else noun_phrases.before(line, hit.left)
        if span is None or (hit.left > 0 and span[0] > 0) or hit.left > 24 or _leaves_sentence(text, line, hit.left):
            return None
        return _made(passage, line, span, hit, max(passage.right, line[max(span[1], hit.end) - 1].end))
    return None


def _leaves_sentence(text: str, line: Sequence[Word], until: int) -> bool:
    """Whether a sentence ends between the quote and the verb; initials and titles end none."""
    for index in range(until - 1):
        word = line[index]
        if word.low == "." and index > 0 and len(line[index - 1].text) > 3 and line[index + 1].is_capital:
            return True
        if word.low in {"?", "!", ";"}:
            return True
    return "\n" in text[line[0].start : line[until].start] if until < len(line) else False


def _before(text: str, passage: Quoted, left: int, reader: SpeechReader) -> Attributed | None:
    """X said: "..." / He added, "..." / saying that "..." """
    start = max(left, passage.left - _REACH, _sentence_start(text, passage.left))
    line = words(text, start, passage.left)
    if not line:
        return None
    opened = line[-1].low in {",", ":", "that"}
    hits = [hit for hit in reader.hits(line) if "quote" in hit.verb.takes or "that" in hit.verb.takes]
    if not hits or (not opened and hits[-1].end != len(line)):
        return None
    hit = hits[-1]
    if len(line) - hit.end > (14 if line[-1].low in {":", ","} else 1):
        return None
    participle = line[hit.start].low.endswith("ing") and hit.left == hit.start
    span = None if participle else noun_phrases.before(line, hit.left)
    span = span or noun_phrases.opening(line, hit.left)
    return _made(passage, line, span, hit, passage.right) if span else None


def _made(passage: Quoted, line: Sequence[Word], span: tuple[int, int], hit: Hit, end: int) -> Attributed:
    return Attributed(passage, line[span[0]].start, line[span[1] - 1].end, hit.verb, line[hit.start].start, end)


def _continues(text: str, last: Attributed, passage: Quoted) -> bool:
    """Whether nothing but an ended sentence, or an open quote's new paragraph, lies between."""
    between = text[last.end : passage.left]
    if last.quote.right == last.quote.end:
        return not between.strip()
    return len(between) < 80 and "\n" not in between and not words(between, 0, len(between))[12:] and _is_close(between)


def _is_close(between: str) -> bool:
    """ ". " or " on Friday. ": the rest of the attribution's sentence and no new one."""
    head, stop, rest = between.partition(". ")
    if not stop and head.strip(" .,"):
        return False
    return not rest.strip() and len(head.split()) <= 8 and not (words(head, 0, len(head)) and head.strip()[0].isupper())


def _paragraph_end(text: str, start: int) -> int:
    reach = min(len(text), start + _REACH)
    end = text.find("\n", start, reach)
    return reach if end < 0 else end


def _sentence_start(text: str, end: int) -> int:
    """The start of the paragraph, of the sentence or of the reach before `end`, whichever is latest."""
    start = max(text.rfind("\n", max(0, end - _REACH), end) + 1, end - _REACH, 0)
    for mark in (". ", "? ", "! ", ".” ", '." ', ".” "):
        at = text.rfind(mark, start, max(start, end - 2))
        while at > 0 and mark == ". " and len(text[start:at].rsplit(" ", 1)[-1]) <= 3:
            at = text.rfind(mark, start, at)  # "Mr. Steele", "U.S. officials"
        if at >= 0:
            start = max(start, at + len(mark))
    return start

"""Names that their own words give away, without a statistical model: given names, university, ministry, Inc.

Guarantee: linear time; only capitalised words of one sentence, and never a headline's.
"""

from collections.abc import Iterator, Sequence

from extractors.candidates import Named, View
from extractors.names import Token
from extractors.namewords import name_words
from extractors.records import EntityKind

_LONGEST = 8
"""Tokens in a name at most."""
_INNER = frozenset([" ", "-", "’", "'", " & "])
# Words that say what a company is only together with a name before them, and are too frequent elsewhere.
_WEAK_TAILS = frozenset(
    ["ai", "group", "co", "partners", "energy", "media", "software", "games", "stores", "tech", "labs"]
)
_HEADS = frozenset(["university", "institute", "ministry", "commission", "association", "federation", "observatory"])


def proposals(view: View) -> Iterator[Named]:
    """Yield persons, organisations and companies whose words say so, in text order."""
    at = 0
    while at < len(view.parts):
        end = _run_end(view, at)
        if end - at >= 2 and view.parts[at + 1].start not in view.unsure:
            yield from _named(view, view.parts[at:end])
        at = max(end, at + 1)


def _run_end(view: View, at: int) -> int:
    """Return the index behind the run of capitalised words, small words between them included, that begins at `at`."""
    if not view.parts[at].text[0].isupper():
        return at
    end = at + 1
    for index in range(at + 1, min(at + _LONGEST, len(view.parts))):
        last, part = view.parts[index - 1], view.parts[index]
        gap = view.text[last.end : part.start]
        if part.text[0].isdigit() or not (gap in _INNER or (gap == ". " and len(last.text) == 1)):
            break
        if part.text[0].isupper():
            end = index + 1
        elif part.folded not in {"of", "the", "for", "and", "de", "van", "von", "der", "del", "da"}:
            break
    return end


def _named(view: View, run: Sequence[Token]) -> Iterator[Named]:
    lists = name_words()
    while run and (run[0].folded in lists.honorific or run[0].folded in {"the", "a", "an"}):
        run = run[1:]
    for index, part in enumerate(run):
        if part.folded in lists.given and part.text.istitle() and (person := _person(view, run[index:])):
            yield person
            rest = [other for other in run if other.start > person.end]
            yield from _named(view, rest[next((n for n, other in enumerate(rest) if other.text[0].isupper()), 0) :])
            return
    organisation = _organisation(view, run)
    if organisation is not None:
        yield organisation


def _person(view: View, run: Sequence[Token]) -> Named | None:
    """A given name, initials, and one or two more capitalised words that are no other kind of word."""
    lists = name_words()
    other = lists.organisation | lists.company | lists.publication | lists.technical | lists.ordinary | lists.place
    end = 1
    while end < min(len(run), 4) and run[end].text[0].isupper() and run[end].folded not in other:
        end += 1
    last = run[end - 1]
    if end < 2 or len(last.text) < 2 or last.text.isupper() or (end < len(run) and run[end].folded in other):
        return None
    return _as_named(view, run[:end], "person")


def _organisation(view: View, run: Sequence[Token]) -> Named | None:
    lists = name_words()
    if len(run) < 2 or run[0].folded in lists.ordinary:
        return None
    if (
        run[-1].folded in lists.company - _WEAK_TAILS
        and len(run) <= 4
        and not any(part.text[0].islower() for part in run)
    ):
        return _as_named(view, run, "company")
    heads = [part for part in run if part.folded in _HEADS]
    return _as_named(view, run, "organisation") if heads and "and" not in {part.text for part in run} else None


def _as_named(view: View, run: Sequence[Token], kind: EntityKind) -> Named:
    start, end = run[0].start, run[-1].end
    return Named(start, end, " ".join(view.text[start:end].split()), kind)

"""The unit table: finds the unit form before or after a number. Built once from the packs; constant-time lookups."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractors.packs import Unit

_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_FORM = 32
_NONE = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Found:
    """A unit form in a text, at `start` up to `end`. `weak` forms need a large number (see packs.Unit)."""

    unit: Unit
    start: int
    end: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    folded: str
    exact: str
    unit: Unit
    weak: bool


class UnitTable:
    """All units of the packs by their forms. A form of four letters and more is matched in any case and number."""

    __slots__ = ("_by_word", "_denominators", "_prefix_ends", "_prefixes", "_widths")

    def __init__(self, units: Iterable[Unit]) -> None:
        rows = tuple(units)
        self._prefixes: Mapping[str, Unit] = {
            form: unit for unit in rows for prefix in unit.prefixes for form in _spaced(prefix)
        }
        self._prefix_ends = frozenset(form[-1] for form in self._prefixes)
        self._widths = tuple(sorted({len(form) for form in self._prefixes}, reverse=True))
        self._by_word = _index(rows)
        self._denominators: Mapping[str, str] = {form: form for unit in rows for form in unit.denominators}

    def before(self, text: str, end: int) -> Found | None:
        """The longest prefix form that ends at `end` and is no end of a word: "$", "US$", "HK$ ", "Rs "."""
        if not end or text[end - 1] not in self._prefix_ends:
            return None
        for width in self._widths:
            start = end - width
            unit = self._prefixes.get(text[start:end]) if start >= 0 else None
            if unit is not None and _free(text, start):
                return Found(unit, start, end)
        return None

    def after(self, text: str, start: int, value: Decimal = _NONE) -> Found | None:
        """The longest suffix form that begins at `start` exactly and ends at a word's end.

        Weak forms are found only behind a `value` that is large enough for them.
        """
        first = _first(text, start)
        if not first:
            return None
        for form in self._by_word.get(first, ()):
            end = _matches(text, start, form)
            if end >= 0 and (not form.weak or value >= form.unit.weak_from):
                return Found(form.unit, start, end, form.weak)
        return None

    def denominator(self, text: str, start: int) -> tuple[str, int, bool] | None:
        """What a price or rate is for at `start`: its label ("barrel", "share"), its end, whether it is a unit."""
        found = self.after(text, start)
        if found is not None and found.unit.per:
            return found.unit.id, found.end, True
        word = _WORD.match(text, start)
        if word is not None and word.group().lower() in self._denominators:
            return word.group().lower(), word.end(), False
        return None


def _spaced(prefix: str) -> tuple[str, ...]:
    """A code of three letters and more, or one with a sign, may stand apart from its number: "EUR 5", "US$ 5"."""
    return (prefix, prefix + " ", prefix + "\u00a0") if len(prefix) > 2 else (prefix,)


def _free(text: str, start: int) -> bool:
    return not text[start].isalpha() or start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "-_")


def _index(rows: Iterable[Unit]) -> dict[str, tuple[_Form, ...]]:
    index: dict[str, list[_Form]] = {}
    for unit in rows:
        for weak, forms in ((False, unit.suffixes), (True, unit.weak)):
            for form in (spelling for written in forms for spelling in _spellings(written)):
                entry = _Form(form.lower().replace("-", " "), form if len(form) < 4 else "", unit, weak)
                key = _first(form, 0)
                for word in {key, key.lower(), key.capitalize(), key.upper()} if len(form) > 3 else {key}:
                    index.setdefault(word, []).append(entry)
    return {word: tuple(sorted(forms, key=_longest_first)) for word, forms in index.items()}


def _longest_first(form: _Form) -> tuple[int, bool]:
    return -len(form.folded), not form.weak


def _spellings(form: str) -> tuple[str, ...]:
    """A form with its other number ("megawatt", "megawatts") and, for three small letters, in capitals ("YEN")."""
    if len(form) > 4 and form.endswith("s") and not form.endswith("ss"):
        return form, form[:-1]
    if len(form) > 3 and form[-1].isalpha():
        return form, form + "s"
    return (form, form.upper()) if len(form) == 3 and form.isalpha() and form.islower() else (form,)


def _first(text: str, start: int) -> str:
    word = _WORD.match(text, start, start + _LONGEST_FORM)
    return word.group() if word else text[start : start + 1]


def _matches(text: str, start: int, form: _Form) -> int:
    end = start + len(form.folded)
    written = text[start:end]
    same = written == form.exact if form.exact else written.lower().replace("-", " ") == form.folded
    if not same or (written[-1].isalnum() and end < len(text) and (text[end].isalnum() or text[end] == "_")):
        return -1
    return end


def scale(value: Decimal, unit: Unit) -> Decimal:
    """A value stated in `unit`, in the unit's base."""
    return value if unit.factor == 1 else value * unit.factor

"""The grammar of product versions: which version stands behind a family's name, and what it is called.

Guarantee: two different version strings never yield the same id, and spellings of one version never yield two.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.names import Token, slug
from extractors.packs import Family

_JOINS = frozenset(["", " ", "\u00a0", "\u202f", "-", "\u2010", "\u2011"])
_TIGHT = frozenset(["", "-", "\u2010", "\u2011"])
_AND = frozenset(["and", "or", "to", "vs", "versus"])
_SIZES = frozenset("btm")
_WIDELY_USED = 3
"""A variant word that so many families have (Pro, Mini) is one for all."""
# What a number counts if one of these follows it: then it is no version.
_COUNTED = frozenset(
    word
    for line in (
        "percent per pct percentage points point pts bps times x million billion trillion thousand mn bn m b k hundred",
        "dollars dollar euros yuan cents years year months month weeks week days day hours hour minutes minute seconds",
        "users people employees customers companies countries parameters tokens gpus chips cores models benchmarks",
        "tasks parts episodes chapters goals votes seats deaths percentage times st nd rd th am pm",
    )
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version found in a text: the family, the usual name of the product, and where the tokens end."""

    family: Family
    name: str
    end: int
    """Index after the last token."""

    @property
    def entity_id(self) -> str:
        """The id that derives from the name."""
        return slug(self.name)


class Grammar:
    """Reads versions of the known families. Holds only what derives from the packs."""

    def __init__(self, families: Iterable[Family]) -> None:
        self.families = {family.id: family for family in families}
        used = Counter(variant for family in self.families.values() for variant in set(family.variants))
        widely = {variant for variant, count in used.items() if count >= _WIDELY_USED}
        self._variants = {
            family.id: {variant.lower(): variant for variant in (*sorted(widely), *family.variants)}
            for family in self.families.values()
        }
        self._named = {family.name.lower(): family for family in self.families.values()}
        self._by_length = sorted(self.families.values(), key=lambda family: -len(slug(family.name)))

    def read(self, text: str, parts: Sequence[Token], at: int, family: Family) -> Version | None:
        """Return the version whose number or prefix letter begins at token `at`, right behind the family's name."""
        if at >= len(parts) or (at > 0 and _gap(text, parts, at) not in _JOINS):
            return None
        return self.number(text, parts, at, family)

    def more(self, text: str, parts: Sequence[Token], last: Version) -> Iterator[tuple[int, Version]]:
        """Yield (first token, version) for those listed behind `last` without the family: "GLM-5/5.1"."""
        while (at := self._listed(text, parts, last.end)) is not None:
            version = self.number(text, parts, at, last.family)
            if version is None:
                return
            yield at, version
            last = version

    def family_of(self, name: str) -> Family | None:
        """Return the family to which an entity with this usual name belongs."""
        wanted = slug(name)
        return next((f for f in self._by_length if wanted.startswith(slug(f.name + f.joiner).rstrip("-"))), None)

    def _listed(self, text: str, parts: Sequence[Token], at: int) -> int | None:
        """Return the token at which a listed version may begin, `at` being the token after the last one."""
        if at >= len(parts):
            return None
        gap = _gap(text, parts, at)
        if gap == "/":
            return at
        if gap == " " and parts[at].folded in _AND and at + 1 < len(parts) and _gap(text, parts, at + 1) == " ":
            return at + 1 if _is_telling(text, parts, at + 1) else None
        after = at + 1 if parts[at].text.isdigit() or "." in parts[at].text else at + 2
        if gap == ", " and _is_telling(text, parts, at) and after < len(parts):
            follows = text[parts[after - 1].end : parts[after].start]
            return at if follows == ", " or parts[after].folded in _AND else None
        return None

    def number(self, text: str, parts: Sequence[Token], at: int, family: Family) -> Version | None:
        """Return the version that begins at token `at`, whatever stands before it."""
        prefix, at = _prefix(text, parts, at, family)
        if at >= len(parts) or not parts[at].text[0].isdigit():
            return None
        number = parts[at].text
        prefix = prefix or _usual_prefix(family, number)
        if len(number.split(".")[0]) > 2 or (not prefix and "" not in (family.version_forms or ("",))):
            return None
        if _is_counted(text, parts, at):
            return None
        letter, after = self._letter(text, parts, at + 1, family)
        if letter is None:
            return None
        words, after = self._variant_words(text, parts, after, family)
        return Version(*self._named_like(family, prefix + number + letter, words), end=after)

    def _letter(self, text: str, parts: Sequence[Token], at: int, family: Family) -> tuple[str | None, int]:
        """Read what is glued to the number: "4o", "4.5V". None if something else is glued to it."""
        if at >= len(parts) or _gap(text, parts, at) != "":
            return "", at
        glued = parts[at].folded
        if glued == "s":
            return "", at
        variant = self._variants[family.id].get(glued)
        if variant is not None:
            return variant if len(variant) == 1 else f" {variant}", at + 1
        return (parts[at].text, at + 1) if len(glued) == 1 and glued not in _SIZES and glued not in "xk" else (None, at)

    def _variant_words(self, text: str, parts: Sequence[Token], at: int, family: Family) -> tuple[list[str], int]:
        words: list[str] = []
        while at < len(parts) and len(words) < 3:
            gap, part = _gap(text, parts, at), parts[at]
            size = _size(text, parts, at) if gap in _TIGHT - {""} else ""
            variant = self._variants[family.id].get(part.folded)
            if size:
                words.append(size)
                at += 2
            elif variant and gap in _JOINS and (gap in _TIGHT or part.text[0].isupper() or variant.islower()):
                words.append(variant)
                at += 1
            else:
                break
        return words, at

    def _named_like(self, family: Family, version: str, words: list[str]) -> tuple[Family, str]:
        """Build the usual name; "Claude 3.5 Sonnet" belongs to the line Claude Sonnet, if the packs know that line."""
        version = version.upper() if version[:1].islower() and family.version_forms else version
        for word in words:
            line = self._named.get(f"{family.name} {word}".lower())
            if line is not None:
                return line, " ".join([line.name + line.joiner + version, *(w for w in words if w != word)])
        return family, " ".join([family.name + family.joiner + version, *words])


def _prefix(text: str, parts: Sequence[Token], at: int, family: Family) -> tuple[str, int]:
    """Read the family's prefix letters ("V" in DeepSeek V4), written tight before the number."""
    for form in family.version_forms:
        if form and at + 1 < len(parts) and parts[at].folded == form.lower() and _gap(text, parts, at + 1) in _TIGHT:
            return form, at + 1
    return "", at


def _usual_prefix(family: Family, number: str) -> str:
    """Writers drop the prefix letter ("Kimi 2.5" for Kimi K2.5); a decimal number then means the first form."""
    return family.version_forms[0] if family.version_forms and "." in number and "" not in family.version_forms else ""


def _is_telling(text: str, parts: Sequence[Token], at: int) -> bool:
    """A bare number in a list is a version only if it has a decimal or a prefix letter."""
    part = parts[at]
    if part.text[0].isdigit():
        return "." in part.text
    return len(part.text) <= 2 and part.text.isupper() and at + 1 < len(parts) and _gap(text, parts, at + 1) == ""


def _is_counted(text: str, parts: Sequence[Token], at: int) -> bool:
    """Tell whether the number counts or measures something: "GLM 5.2 percent", "Kimi 2 million users"."""
    end = parts[at].end
    if text[end : end + 1] == "%" or text[end : end + 2] == " %":
        return True
    if text[end : end + 1] in {",", ":"} and text[end + 1 : end + 2].isdigit():
        return True
    return at + 1 < len(parts) and _gap(text, parts, at + 1) == " " and parts[at + 1].text in _COUNTED


def _size(text: str, parts: Sequence[Token], at: int) -> str:
    """Read a size that is part of a name: "72B" in Qwen2.5-72B; empty if none stands there."""
    if at + 1 >= len(parts) or not parts[at].text[0].isdigit() or _gap(text, parts, at + 1) != "":
        return ""
    letter = parts[at + 1].folded
    return parts[at].text + letter.upper() if letter in _SIZES else ""


def _gap(text: str, parts: Sequence[Token], at: int) -> str:
    return text[parts[at - 1].end : parts[at].start] if at > 0 else ""

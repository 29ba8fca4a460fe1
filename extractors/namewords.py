"""The word lists by which a name's kind and plausibility are judged; they stand in `namewords.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractors.names import fold

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class NameWords:
    """Lower-case words by what they tell of a name that holds them. The file says what each list is for."""

    company: frozenset[str]
    legal: frozenset[str]
    organisation: frozenset[str]
    publication: frozenset[str]
    place: frozenset[str]
    honorific: frozenset[str]
    connector: frozenset[str]
    technical: frozenset[str]
    ordinary: frozenset[str]
    family_first: frozenset[str]
    plural: frozenset[str]
    corporate_context: frozenset[str]
    given: frozenset[str]
    company_before: frozenset[str]
    not_located: frozenset[str]


@cache
def name_words() -> NameWords:
    """Read the lists once."""
    rows: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return NameWords(**{name: frozenset(map(fold, words.split())) for name, words in rows.items()})

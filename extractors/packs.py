"""Packs: everything crosswire knows about a field, as data that a user can extend (TOML).

A pack may hold any of the tables below. Packs are merged in order; a later row with the same id replaces the
earlier one, so that a user's pack corrects a built-in line. The built-in packs lie in `extractors/packs/`.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractors.errors import SettingsError
from extractors.records import ClaimKind, EntityKind

BUILT_IN = Path(__file__).parent / "packs"

Complement = Literal["that", "bare", "to", "object", "hearer", "quote", "phrase"]
ToneRole = Literal["tone", "direction", "burden", "negator", "booster", "damper"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PackEntity(_Row):
    """A known entity. `aliases` are other names; `parent` is an entity id (a model's maker, a company's owner)."""

    id: str
    name: str
    kind: EntityKind
    aliases: tuple[str, ...] = ()
    ticker: str = ""
    parent: str = ""
    nouns: tuple[str, ...] = ()
    """Descriptions that mean it within an article that names it: "Beijing-based start-up"."""
    common: bool = False
    """Its names are ordinary words too (Target, Gap): where any word has a capital, they need support."""
    excludes: tuple[str, ...] = ()
    """Phrases that hold one of its names and mean something else: "Meta-analysis"."""


class Family(_Row):
    """A product line whose versions are entities of their own: GLM + 5.2. The version grammar is in entities.py."""

    id: str
    name: str
    kind: EntityKind = "model"
    maker: str = ""
    aliases: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    """Words that may follow the version and make another entity: Pro, Mini, Thinking."""
    version_forms: tuple[str, ...] = ()
    """Prefix letters that the family's versions carry: ["V", "R"] for DeepSeek V4."""
    joiner: str = " "
    """What stands between name and version in the usual spelling: "-" in GLM-5.2."""
    short: tuple[str, ...] = ()
    """Names that mean it only within an article that names it, its maker or another line of its maker: Opus."""


class Metric(_Row):
    """Something that is measured. `cues` are phrases, lower case, that name it near a number."""

    id: str
    label: str
    dimension: str
    units: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    """Phrases that say it is another metric ("active" for total parameters)."""
    subjects: tuple[EntityKind, ...] = ()
    """Kinds of entity that can have it; empty: any."""
    scopes: tuple[str, ...] = ()
    """Scope ids that apply to it; empty: any."""
    default: bool = False
    """Takes a number of its units even without a cue."""
    grows: bool = False
    """A quantity that only grows: a later, larger value is a revision, not a contradiction."""
    tolerance: Decimal = Decimal(0)
    """Relative distance below which two values agree."""
    holds_days: int = Field(default=30, ge=0)
    """How long a stated value normally holds: two values further apart in time are a change, not a contradiction.
    1: a daily price; 0: for ever (a quake's magnitude, the size of a released model)."""


class Scope(_Row):
    """A qualification that must be equal before two values may be compared: coding, forward, by region."""

    id: str
    dimension: str = ""
    """Scopes of one dimension exclude each other: field, period, basis, region, board, variant, population."""
    cues: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    """Metric ids that it applies to; empty: any."""
    default_for: tuple[str, ...] = ()
    """Metric ids for which a text that states no scope of this dimension means this one."""


class Unit(_Row):
    """A unit of measurement or a currency. A value times `factor` is in `base`."""

    id: str
    base: str
    factor: Decimal = Decimal(1)
    dimension: str
    prefixes: tuple[str, ...] = ()
    """Forms before the number: "$", "US$"."""
    suffixes: tuple[str, ...] = ()
    """Forms after the number: "percent", "%", "kilometres"."""
    weak: tuple[str, ...] = ()
    """Forms that mean this unit only after a large number with no plural noun behind them: "40 billion active"."""
    weak_from: Decimal = Decimal(0)
    """The smallest number that a weak form may follow."""
    per: bool = False
    """May be what a price or a rate is for: "$52 a barrel", "60 hours a week"."""
    denominators: tuple[str, ...] = ()
    """Forms that can only be what a price or a rate is for: "a share"."""


class ReportingVerb(_Row):
    """A verb that reports speech; `forms` are all inflections. `force` is its normal form: said, warned, denied."""

    id: str
    force: str
    kind: ClaimKind = "statement"
    polarity: int = 1
    forms: tuple[str, ...]
    takes: tuple[Complement, ...] = ("that", "bare", "quote")
    """What may follow it: `that` and `bare` clauses, `to` an infinitive, `object` a noun phrase ("expects growth"),
    `hearer` someone addressed ("told reporters"), `quote` direct speech; `phrase`: it stands before its speaker."""


class ToneTerm(_Row):
    """A word or phrase with a tone from -1 to 1 toward its target (of a verb: toward its subject)."""

    id: str
    score: float = Field(ge=-1, le=1)
    forms: tuple[str, ...]
    object_score: float | None = Field(default=None, ge=-1, le=1)
    """The tone toward what follows a verb with two sides ("X outperforms Y"); unset: the tone has one side."""
    role: ToneRole = "tone"
    """`direction`: up or down, turned round by a `burden` (costs, losses). The next term's score is multiplied by a
    `negator`'s score, and by 1 plus the score of a `booster` or `damper`."""
    opinion: bool = False
    """An evaluation and no event: who says it states an opinion ("overvalued", "a mistake")."""


class SpeakerNoun(_Row):
    """Common nouns that can speak. `kind` says whom they stand for when the text named one just before:
    a `company` ("the start-up"), an `organisation` ("the ministry"), a `person` ("the founder"), the `staff` of one
    ("analysts", "a spokesman"), a `document` ("the report"), or nobody in particular (`crowd`: "critics")."""

    id: str
    kind: Literal["company", "organisation", "person", "staff", "document", "crowd"]
    forms: tuple[str, ...]


class Publisher(_Row):
    """Outlets that are no independent witnesses of one another; others print an `agency`'s texts."""

    id: str
    name: str
    outlets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    agency: bool = False


class _PackFile(_Row):
    pack: str
    entities: tuple[PackEntity, ...] = ()
    families: tuple[Family, ...] = ()
    metrics: tuple[Metric, ...] = ()
    scopes: tuple[Scope, ...] = ()
    units: tuple[Unit, ...] = ()
    reporting: tuple[ReportingVerb, ...] = ()
    tone: tuple[ToneTerm, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    speakers: tuple[SpeakerNoun, ...] = ()


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_R = TypeVar("_R", bound=_Named)


@dataclass(frozen=True, slots=True)
class Packs:
    """All packs, merged."""

    entities: tuple[PackEntity, ...]
    families: tuple[Family, ...]
    metrics: tuple[Metric, ...]
    scopes: tuple[Scope, ...]
    units: tuple[Unit, ...]
    reporting: tuple[ReportingVerb, ...]
    tone: tuple[ToneTerm, ...]
    publishers: tuple[Publisher, ...]
    speakers: tuple[SpeakerNoun, ...] = ()


def load(paths: Sequence[Path] = ()) -> Packs:
    """Load the built-in packs and then `paths` (files, or folders of *.toml).

    Raises SettingsError that names the file, the key and what was expected.
    """
    files = [_read(path) for path in _files([BUILT_IN, *paths])]
    return Packs(
        entities=_merge(row for file in files for row in file.entities),
        families=_merge(row for file in files for row in file.families),
        metrics=_merge(row for file in files for row in file.metrics),
        scopes=_merge(row for file in files for row in file.scopes),
        units=_merge(row for file in files for row in file.units),
        reporting=_merge(row for file in files for row in file.reporting),
        tone=_merge(row for file in files for row in file.tone),
        publishers=_merge(row for file in files for row in file.publishers),
        speakers=_merge(row for file in files for row in file.speakers),
    )


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path


def _read(path: Path) -> _PackFile:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: the pack cannot be read ({error.strerror}); check the setting `packs`") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    try:
        return _PackFile.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"{path}: {describe(error)}") from error


def describe(error: ValidationError) -> str:
    """Say in one line which key is wrong and what was expected."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "(top level)"
    return f"{where}: {first['msg'].lower()} (got {first['input']!r:.60})"


def _merge(rows: Iterable[_R]) -> tuple[_R, ...]:
    return tuple({row.id: row for row in rows}.values())

"""The records that pass between the rooms. All are immutable; every finding carries start, end and quote.

Offsets are 0-based character offsets into `Article.text`, half-open: `text[start:end] == quote`.
Numbers are `Decimal` in the base unit; times are timezone-aware UTC; ids are derived from content.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Bound = Literal["exact", "about", "at_least", "at_most", "range"]
Modality = Literal["asserted", "forecast", "denied", "hypothetical"]
ClaimKind = Literal["statement", "opinion", "forecast", "plan", "denial"]
DateSource = Literal["feed", "page", "text", "import", "first_seen"]
TextSource = Literal["page", "feed_content", "feed_summary", "import"]
Flag = Literal["replaced_bytes", "impossible_date"]
KnownBy = Literal["pack", "model", "user"]
EntityKind = Literal[
    "company", "lab", "product", "model", "benchmark", "person", "place", "organisation", "publication", "other"
]


def content_id(*parts: object) -> str:
    """Return 16 hex digits that depend on the parts only, so that a re-run yields the same ids."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's place in the article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an article as it is stored. `article_id` derives from the canonical URL."""

    article_id: str
    url: str
    outlet: str
    title: str
    text: str
    fetched_at: datetime
    published_at: datetime | None = None
    date_source: DateSource = "first_seen"
    text_source: TextSource = "page"
    author: str = ""
    lang: str = ""
    feed_id: str = ""
    entry_hash: str = ""
    """Fingerprint of the feed entry, so that an unchanged entry is not fetched again."""
    source_name: str = ""
    """The publisher that the feed or the page names as the text's source, where it is another one."""
    flags: tuple[Flag, ...] = ()
    """What was wrong with its source and was mended."""

    @property
    def content_hash(self) -> str:
        """A fingerprint of what a reader sees: title and text."""
        return content_id(self.title, self.text)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that was not stored, and why. `reason` is a stable code; `failed` says that fetching it failed."""

    url: str
    reason: str
    detail: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed, as read. `content` and `summary` are HTML or plain text, as given."""

    url: str
    title: str
    guid: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    author: str = ""
    summary: str = ""
    content: str = ""
    source_name: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def entry_hash(self) -> str:
        """A fingerprint of everything the feed says about the item."""
        return content_id(self.url, self.title, self.updated_at, self.published_at, self.summary, self.content)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read: its title and its items, newest first as given. `dropped` counts items over the cap."""

    title: str
    site_url: str
    entries: tuple[FeedEntry, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """A known or discovered entity. `parent` is an entity id (a model's maker, a lab's owner), or empty."""

    entity_id: str
    name: str
    kind: EntityKind
    aliases: tuple[str, ...] = ()
    known_by: KnownBy = "pack"
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where an article names an entity, by any of its names."""

    entity_id: str
    name: str
    kind: EntityKind
    start: int
    end: int
    quote: str
    known_by: KnownBy = "pack"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written, before it is known what it is about.

    `value` is in the base unit (744B parameters: 744000000000); `low` and `high` are the interval that the wording
    and the stated precision allow. `step` is the size of the last stated digit in the same unit (744B: 1e9), the
    precision that later decides what counts as rounding. `start`, `end` cover number and unit.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    step: Decimal
    unit: str
    bound: Bound
    start: int
    end: int
    quote: str
    kind: str = "number"
    """`number`, `rank`, `multiple`, `fraction`, `change`, `money`, `percent`, `price`, `date`, `duration`, `age`."""
    noun: str = ""
    """The counted noun phrase that follows or belongs to the number, lower case, or empty."""
    noun_end: int = -1
    """Where that noun phrase ends in the text, or -1."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A stated number bound to subject, metric and scope, with who says it. Vocabularies: docs/sql.md."""

    value: Decimal
    low: Decimal
    high: Decimal
    step: Decimal
    unit: str
    bound: Bound
    modality: Modality
    metric: str
    scope: str
    entity_id: str
    entity: str
    attributed_to: str
    attributed_id: str
    as_of: date | None
    quote: str
    sentence: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Claim:
    """An attributed statement. `speaker_id` and `about_id` are entity ids or empty; `polarity` is 1, 0 or -1."""

    speaker: str
    speaker_id: str
    verb: str
    kind: ClaimKind
    about: str
    about_id: str
    polarity: int
    due_on: date | None
    sentence: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone toward a target in one article: `score` in [-1, 1]. An empty `entity_id` means the whole article.

    `evidence` is the sentence that shows it best, at `start` and `end`; `method` names what scored it.
    """

    entity_id: str
    entity: str
    score: float
    label: Literal["negative", "neutral", "positive", "unclear"]
    evidence: str
    start: int
    end: int
    method: str = "lexicon"


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that was found in one article, and its embedding (unit length, 32-bit floats)."""

    article_id: str
    mentions: tuple[Mention, ...]
    figures: tuple[Figure, ...]
    claims: tuple[Claim, ...]
    sentiment: tuple[Sentiment, ...]
    entities: tuple[Entity, ...]
    """The entities that the mentions refer to."""
    embedding: tuple[float, ...] = ()

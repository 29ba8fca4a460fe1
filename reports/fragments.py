"""The only things that a report may print beside its template's fixed words. Each names the stored rows it is from.

`text` is what a reader sees, `markdown` the same with everything foreign made harmless.
"""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal, TypeAlias

from reports import numbers
from reports.markdown import destination, link, plain, visible
from reports.week import Week
from store.weekly import Tone

WordKind = Literal[
    "outlet", "entity", "speaker", "story", "scope", "explanation", "reason", "detail", "skipped_url", "feed_error"
]
Table = Literal["article", "contradiction", "story", "claim", "feed", "origin", "outlet", "skipped", "figure"]


_LONGEST_QUOTE = 420


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article, between quotation marks. `cut` says that the sentence goes on."""

    article_id: str
    words: str
    cut: bool = False

    @classmethod
    def of(cls, article_id: str, sentence: str) -> "Quote":
        """Quote a sentence; a very long one up to a word's end."""
        if len(sentence) <= _LONGEST_QUOTE:
            return cls(article_id, sentence)
        return cls(article_id, sentence[:_LONGEST_QUOTE].rsplit(maxsplit=1)[0], cut=True)

    @property
    def markdown(self) -> str:
        """The words on one line."""
        return f"“{plain(self.words)}{' …' if self.cut else ''}”"


@dataclass(frozen=True, slots=True)
class Title:
    """An article's headline with a link to it; `label` is shown in its place where it is given (the outlet)."""

    article_id: str
    title: str
    url: str
    outlet: str
    as_outlet: bool = False

    @property
    def markdown(self) -> str:
        """A link, or the words alone where the address is no http(s) one."""
        return link((self.outlet if self.as_outlet else self.title) or self.url, self.url)


@dataclass(frozen=True, slots=True)
class Word:
    """A name or remark that stands in a column of the store; `kind` says in which."""

    kind: WordKind
    words: str

    @property
    def markdown(self) -> str:
        """The words on one line; a code as words, an address as a link."""
        if self.kind == "reason":
            return plain(self.words.replace("_", " "))
        address = destination(self.words) if self.kind == "skipped_url" else ""
        return f"<{address}>" if address else plain(self.words)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's id, shown as words."""

    metric: str

    @property
    def markdown(self) -> str:
        """For example "parameters (total)"."""
        return plain(numbers.metric_words(self.metric))


@dataclass(frozen=True, slots=True)
class Value:
    """A stored figure's value as people write it."""

    figure_id: str
    value: float
    unit: str
    bound: str

    @property
    def markdown(self) -> str:
        """For example "744B parameters"."""
        return plain(numbers.shown(self.value, self.unit, self.bound))


@dataclass(frozen=True, slots=True)
class Change:
    """The relative difference of two stored figures."""

    old: Value
    new: Value

    @property
    def markdown(self) -> str:
        """For example "+10.5%"."""
        return numbers.relative_change(self.old.value, self.new.value)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many stored rows there are of the given ids."""

    table: Table
    ids: tuple[str, ...]

    @property
    def number(self) -> int:
        """The count; an id counts once."""
        return len(set(self.ids))

    @property
    def markdown(self) -> str:
        """With thousands separators."""
        return f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class RunCount:
    """One of a run's counts."""

    run_id: str
    column: str
    number: int

    @property
    def markdown(self) -> str:
        """With thousands separators."""
        return f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class Moment:
    """A stored time, shown in the digest's zone."""

    at: datetime
    zone: tzinfo
    short: bool = False
    """Without year and zone, where the lines around it say them."""

    @property
    def markdown(self) -> str:
        """For example "Tue 10 Nov 2026, 09:10 UTC", or "Tue 10 Nov 09:10"."""
        local = self.at.astimezone(self.zone)
        if self.short:
            return f"{local:%a} {local.day} {local:%b %H:%M}"
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {visible(local.tzname() or '')}".rstrip()


@dataclass(frozen=True, slots=True)
class Day:
    """A stored due day."""

    day: date

    @property
    def markdown(self) -> str:
        """For example "31 Dec 2026"."""
        return f"{self.day.day} {self.day:%b %Y}"


@dataclass(frozen=True, slots=True)
class ToneScore:
    """The mean tone toward an entity in a week, or (with `before`) its change against the week before."""

    week: Week
    now: Tone
    before: Tone | None = None

    @property
    def markdown(self) -> str:
        """With sign and two decimals."""
        return numbers.signed(self.now.score - (self.before.score if self.before else 0))


@dataclass(frozen=True, slots=True)
class WeekName:
    """The week that the reader asked for, and its days; it comes from the request, not from the store."""

    week: Week

    @property
    def markdown(self) -> str:
        """For example "2026-W46 (Mon 9 to Sun 15 Nov 2026)"."""
        first, last = self.week.first_day, self.week.last_day
        month = "" if first.month == last.month else f" {first:%b}"
        return f"{self.week} (Mon {first.day}{month} to Sun {last.day} {last:%b %Y})"


Fragment: TypeAlias = (
    Quote | Title | Word | Metric | Value | Change | Counted | RunCount | Moment | Day | ToneScore | WeekName
)

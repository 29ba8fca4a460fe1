"""The weekly digest: read, rendered to markdown, and written only when the gate has resolved everything in it.

The same store and week give the same bytes: nothing here asks a clock.
"""

import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from extractors.errors import CrosswireError
from reports import disagreements, health, sections
from reports.fragments import Counted, Fragment, WeekName
from reports.gate import UnprovenError, check
from reports.week import Week
from store import weekly

_TEMPLATES = Path(__file__).parent / "templates"
_FRAGMENTS = get_args(Fragment)


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a week's digest says, as fragments of the store."""

    week: WeekName
    articles: Counted
    copies: Counted
    outlets: Counted
    stories: Counted
    disagreements: disagreements.Disagreements
    changes: tuple[sections.ChangeView, ...]
    briefings: tuple[sections.StoryView, ...]
    other_stories: tuple[sections.StoryView, ...]
    unlisted_stories: Counted
    tones: tuple[sections.ToneView, ...]
    ledger: sections.Ledger
    health: health.Health


def build(connection: duckdb.DuckDBPyConnection, week: Week) -> Digest:
    """Read what the digest of `week` says."""
    articles = weekly.articles(connection, week.start, week.end)
    stories = weekly.stories(connection, articles)
    forecasts = weekly.forecasts(connection, week.end)
    briefings, other_stories, unlisted = sections.story_views(stories, forecasts, week)
    return Digest(
        week=WeekName(week),
        articles=_count_articles(articles),
        copies=_count_articles([article for article in articles if article.copy_of]),
        outlets=Counted("outlet", tuple(article.outlet for article in articles)),
        stories=Counted("story", tuple(story.story_id for story in stories)),
        disagreements=disagreements.disagreements(connection, week),
        changes=sections.changes(connection, week),
        briefings=briefings,
        other_stories=other_stories,
        unlisted_stories=unlisted,
        tones=sections.tone_views(connection, week, articles),
        ledger=sections.ledger(forecasts, week),
        health=health.health(connection, week, articles),
    )


def render(digest: Digest) -> str:
    """Return the digest as markdown. Raises UnprovenError when the template prints anything but fragments."""
    return _render(digest)[0]


def write_digest(connection: duckdb.DuckDBPyConnection, *, week: Week, out: Path) -> Path:
    """Write `digest-2026-W47.md` into the folder `out` and return its path; an earlier one is replaced in one step.

    Raises UnprovenError, and writes nothing, when something in it resolves to no stored row.
    """
    text, printed = _render(build(connection, week))
    check(connection, printed)
    path = out / f"digest-{week}.md"
    try:
        out.mkdir(parents=True, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise CrosswireError(f"cannot write {path}: {error.strerror}; choose another folder with --out") from error
    return path


def _count_articles(articles: Sequence[weekly.WeekArticle]) -> Counted:
    return Counted("article", tuple(article.article_id for article in articles))


def _render(digest: Digest) -> tuple[str, list[Fragment]]:
    printed: list[Fragment] = []

    def finalize(value: Any) -> str:
        """Everything that the template prints passes here: fragments only, and each is noted for the gate."""
        if isinstance(value, tuple):
            return ", ".join(finalize(part) for part in value)  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, _FRAGMENTS):
            raise UnprovenError(f"the digest's template prints {value!r:.80}, which is no row of the store; correct it")
        printed.append(value)
        return value.markdown

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # markdown: every fragment escapes itself
    )
    text = environment.get_template("digest.md.j2").render(digest=digest)
    return re.sub(r"\n{3,}", "\n\n", text), printed


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

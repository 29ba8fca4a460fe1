"""What a person sees in the terminal: the result of a run, and the contradictions with both sides' words.

Everything that stems from an article goes through Text objects, never through markup, so that it can style nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, cast

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractors.records import Analysis, Article
from flows.settings import Settings
from flows.summary import RunSummary
from reports.numbers import metric_words, shown
from store.contradictions import ContradictionRow, PairRow, SideRow

QUOTE_CHARACTERS = 240
MOST_IN_SUMMARY = 12

console = Console(highlight=False, soft_wrap=False)


def print_json(value: object, **more: object) -> None:
    """Print a record, or several, as JSON; `more` are further keys."""
    plain = _plain(value)
    print(json.dumps(plain | more if isinstance(plain, dict) else plain, ensure_ascii=False, indent=2, default=str))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    return [_plain(item) for item in cast("tuple[Any, ...]", value)] if isinstance(value, (list, tuple)) else value


def print_summary(summary: RunSummary, digest: Path | None = None) -> None:
    """Print what a run did: counts, feeds in trouble, contradictions that are new or other than before, and paths."""
    console.print()
    console.print(Text(_headline(summary), style="bold"))
    _print_counts(summary)
    _print_trouble(summary)
    _print_changed(summary)
    _print_paths(summary, digest)


def _headline(summary: RunSummary) -> str:
    counts = summary.counts
    if not counts.stored and not counts.copies:
        return "Nothing new since the last run: nothing stored."
    copies = f", {counts.copies} of them copies" if counts.copies else ""
    return f"Stored {_number(counts.stored + counts.copies, 'article')}{copies}."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _print_counts(summary: RunSummary) -> None:
    counts = summary.counts
    parts = (
        f"{counts.fetched} seen = {counts.stored} stored + {counts.copies} copies + {counts.unchanged} unchanged"
        f" + {counts.skipped} skipped + {counts.failed} failed"
    )
    console.print(f"Items:  {parts}")
    visits = summary.visits
    if visits.made or visits.waiting:
        read = visits.made - len(visits.trouble)
        waiting = f"; {visits.waiting} asked for rest and are not due yet" if visits.waiting else ""
        console.print(
            f"Feeds:  {read} of {visits.made} read, {visits.unchanged} of them unchanged since the last run{waiting}"
        )


def _print_trouble(summary: RunSummary) -> None:
    for feed in summary.visits.trouble:
        console.print(Text(f"        {feed.outlet}: {feed.error}", style="yellow"))
    if summary.counts.skipped or summary.counts.failed:
        console.print(
            Text(
                '        why items were left out: crosswire sql "SELECT reason, url, detail FROM skipped"', style="dim"
            )
        )


def _print_changed(summary: RunSummary) -> None:
    changed = summary.changed
    if not changed:
        known = (
            f"; {summary.open_contradictions} open ones: crosswire contradictions"
            if summary.open_contradictions
            else ""
        )
        console.print(f"\nNo new contradiction{known}.")
        return
    console.print(Text(f"\n{_number(len(changed), 'contradiction')} found or changed", style="bold"))
    print_contradictions(changed[:MOST_IN_SUMMARY])
    if len(changed) > MOST_IN_SUMMARY:
        console.print(f"\n... and {len(changed) - MOST_IN_SUMMARY} more: crosswire contradictions")


def _print_paths(summary: RunSummary, digest: Path | None) -> None:
    console.print()
    if digest:
        console.print(Text(f"Digest:   {_near(digest)}"), soft_wrap=True)
    console.print(Text(f"Database: {_near(summary.database)}"), soft_wrap=True)


def _near(path: Path) -> str:
    """Return the path as seen from the current folder, where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def print_contradictions(rows: Sequence[ContradictionRow]) -> None:
    """Print each contradiction with one quote a side."""
    for row in rows:
        console.print()
        _print_heading(row)
        for side in row.sides:
            _print_side(side, most=1)
        if row.explanation:
            _indented(2, Text(f"why: {row.explanation}", style="dim"))


def print_contradiction(row: ContradictionRow, pairs: Sequence[PairRow]) -> None:
    """Print one contradiction with every statement and link, and the rules that decided."""
    _print_heading(row)
    console.print(
        f"  {row.verdict}, {row.state}; first seen {row.first_seen:%Y-%m-%d}, last changed {row.last_seen:%Y-%m-%d}"
    )
    for side in row.sides:
        _print_side(side, most=len(side.statements))
    if row.explanation:
        _indented(2, Text(f"why: {row.explanation}"))
    rules = sorted({(pair.label, pair.rule) for pair in pairs})
    for label, rule in rules:
        count = sum((pair.label, pair.rule) == (label, rule) for pair in pairs)
        console.print(Text(f"  {_number(count, 'pair')} {label}: {rule}", style="dim"))


def _print_heading(row: ContradictionRow) -> None:
    line = Text(
        "! " if row.verdict == "contradiction" else "? ",
        style="bold red" if row.verdict == "contradiction" else "bold yellow",
    )
    scope = f", {row.scope}" if row.scope else ""
    line.append(f"{row.entity} · {metric_words(row.metric)}{scope}", style="bold")
    line.append(f"   {row.contradiction_id}", style="dim")
    console.print(line)


def _print_side(side: SideRow, most: int) -> None:
    origins = _number(len(side.origins), "origin")
    value = shown(side.value, side.unit) if side.value is not None else f"side {side.side}"
    _indented(2, Text.assemble((value, "bold cyan"), f"  {origins}: {', '.join(side.outlets)}"))
    for statement in side.statements[:most]:
        said = f", as stated by {statement.attributed_to}" if statement.attributed_to else ""
        _indented(6, Text(f"“{_short(statement.sentence)}”", style="italic"))
        _indented(6, Text(f"{statement.article.outlet}{said}, {statement.article.published_at:%Y-%m-%d}", style="dim"))
        if most > 1:
            console.print(Text(f"      {statement.article.url}", style="dim"), soft_wrap=True)


def _indented(columns: int, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, columns), expand=False))


def _short(sentence: str) -> str:
    line = " ".join(sentence.split())
    return line if len(line) <= QUOTE_CHARACTERS else line[: QUOTE_CHARACTERS - 1].rsplit(" ", 1)[0] + " …"


def print_analysis(article: Article, analysis: Analysis) -> None:
    """Print the text with figures, entities and claims marked, and a table of the figures and claims below."""
    console.print(_marked(article, analysis), soft_wrap=True)
    console.print(
        Text("\nmarked: figure", style="bold black on yellow"),
        Text("entity", style="cyan"),
        Text("claim", style="underline"),
    )
    _print_figures(analysis)
    _print_claims(analysis)
    _print_tone(analysis)


def _marked(article: Article, analysis: Analysis) -> Text:
    text = Text(article.text)
    for claim in analysis.claims:
        text.stylize("underline", claim.start, claim.end)
    for mention in analysis.mentions:
        text.stylize("cyan", mention.start, mention.end)
    for figure in analysis.figures:
        text.stylize("bold black on yellow", figure.start, figure.end)
    return text


def _print_figures(analysis: Analysis) -> None:
    rows = [
        (
            figure.quote,
            shown(figure.value, figure.unit, figure.bound),
            figure.entity,
            metric_words(figure.metric),
            figure.scope,
            figure.attributed_to,
            "" if figure.modality == "asserted" else figure.modality,
            f"{figure.confidence:.2f}",
        )
        for figure in analysis.figures
    ]
    _print_table("Figures", ("words", "value", "about", "metric", "scope", "said by", "mode", "sure"), rows)


def _print_claims(analysis: Analysis) -> None:
    rows = [
        (claim.speaker, claim.verb, claim.kind, claim.about, str(claim.due_on or ""), _short(claim.quote))
        for claim in analysis.claims
    ]
    _print_table("Claims", ("speaker", "verb", "kind", "about", "due", "words"), rows)


def _print_tone(analysis: Analysis) -> None:
    rows = [
        (tone.entity or "(whole text)", f"{tone.score:+.2f}", tone.label, _short(tone.evidence))
        for tone in analysis.sentiment
    ]
    _print_table("Sentiment", ("toward", "score", "label", "evidence"), rows)


def _print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=f"{title}: {len(rows)}", title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split())) for cell in row))
    console.print(table if rows else Text(f"\n{title}: none"))


def print_schedule(settings: Settings, api: str) -> None:
    """Say what will run when, and how to stop it."""
    console.print(f"Daily ingest at cron '{settings.ingest_cron}', weekly digest at cron '{settings.digest_cron}',")
    console.print(f"time zone {settings.timezone}; feeds: {settings.feeds}; Prefect: {api}")
    console.print("Stop with Ctrl-C.")

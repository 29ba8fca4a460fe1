"""The command line. Every command imports what it needs when it runs, so that `--help` and `sql` start at once."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from extractors.errors import CrosswireError
from flows import cli_backup, cli_feeds

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.summary import RunSummary

UNEXPECTED = 70
INTERRUPTED = 130

app = typer.Typer(
    help="Read the news for someone who has to be right about it: figures, claims, copies and contradictions in SQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.add_typer(cli_feeds.app, name="feeds")
_options: dict[str, bool] = {"debug": False}

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars; errors only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


class Format(StrEnum):
    """How `crosswire sql` prints rows."""

    table = "table"
    csv = "csv"
    json = "json"
    md = "md"


def main() -> None:
    """Run the command line. Errors are one line that says what to do next; exit codes are in docs/cli.md."""
    try:
        app()
    except CrosswireError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped; what was stored stays stored, and the next run goes on from there", INTERRUPTED)
    except Exception as error:
        _fail(f"unexpected {type(error).__name__}: {error}; run again with `crosswire --debug ...`", UNEXPECTED)


def _fail(line: str, code: int) -> None:
    if _options["debug"]:
        raise
    print(f"crosswire: {line}", file=sys.stderr)
    sys.exit(code)


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Options that hold for every command."""
    _options["debug"] = debug


@app.command()
def run(
    demo: Annotated[bool, typer.Option("--demo", help="Use the bundled sample news site and ./demo-data.")] = False,
    feeds: Annotated[Path | None, typer.Option(help="Your feeds file instead of the shipped list.")] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Fetch the feeds once, analyse what is new, compare the sources and write this week's digest."""
    from flows import once

    settings = _settings(feeds=feeds)
    summary, digest = once.run_demo(settings, quiet) if demo else once.run(settings, quiet)
    _show(summary, as_json, digest=digest)


@app.command()
def serve(
    feeds: Annotated[Path | None, typer.Option(help="Your feeds file instead of the shipped list.")] = None,
) -> None:
    """Stay, and run the daily ingest and the weekly digest on their schedules."""
    from flows import serve as serving

    serving.serve(_settings(feeds=feeds))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON Lines (url, outlet, title, text or html) or WARC.")],
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Store articles from a file and take them through the same analysis and comparison."""
    from flows import importing
    from flows.progress import shown

    settings = _settings()
    with shown(quiet) as progress:
        summary = importing.import_file(settings, file, progress)
    _show(summary, as_json)


@app.command()
def backfill(
    site: Annotated[str, typer.Argument(help="The site's address, such as https://www.example.org.")],
    since: Annotated[datetime, typer.Option(help="The first day of interest, as 2026-11-01.")],
    outlet: Annotated[str, typer.Option(help="The publisher's name; default: the site's host.")] = "",
    most: Annotated[int, typer.Option(help="Most pages to fetch; run again to go on.", min=1)] = 500,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Fetch a site's articles since a day by its sitemaps, and take them through the same analysis."""
    from flows import backfill as filling
    from flows.progress import shown

    with shown(quiet) as progress:
        summary = filling.backfill(_settings(), site, since.replace(tzinfo=UTC), progress, outlet=outlet, most=most)
    _show(summary, as_json)


@app.command()
def digest(
    week: Annotated[str, typer.Option(help="ISO week, as 2026-W47; default: the running week.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder for the file; default: digests/ in CROSSWIRE_HOME.")] = None,
) -> None:
    """Write the digest of a week as markdown."""
    from flows.weekly import digest_of_week

    typer.echo(digest_of_week(_settings(), week=week, out=out))


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT.")] = "",
    fmt: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.table,
    schema: Annotated[bool, typer.Option("--schema", help="Print the public views and their columns.")] = False,
    limit: Annotated[int, typer.Option(help="Most rows to print; 0: all.")] = 1000,
) -> None:
    """Ask the database; nothing can be changed from here."""
    from flows import asking

    if schema:
        asking.print_schema()
        return
    if not statement:
        raise typer.BadParameter("give one SELECT statement, or --schema", param_hint="STATEMENT")
    asking.print_query(_home(), statement, fmt.value, limit)


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="A text or HTML file, a URL, or - for standard input.")] = "-",
    as_json: AsJson = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read JSON Lines (id, text), write one object per line.")
    ] = False,
) -> None:
    """Show what is seen in one text: entities, figures, claims, sentiment, each with its place."""
    from flows import explain as explaining

    explaining.explain(_settings(), source, as_json=as_json, jsonl=jsonl)


@app.command()
def contradictions(
    contradiction_id: Annotated[str, typer.Argument(help="Show one with every side and quote.")] = "",
    entity: Annotated[str, typer.Option(help="Only about this entity (name or id).")] = "",
    metric: Annotated[str, typer.Option(help="Only of this metric.")] = "",
    state: Annotated[str, typer.Option(help="open, resolved, dismissed or all.")] = "open",
    since: Annotated[datetime | None, typer.Option(help="Only those that changed since this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """List where sources disagree, or show one disagreement."""
    from flows import disagreements

    if contradiction_id:
        disagreements.show(_home(), contradiction_id, as_json)
    else:
        moment = since.replace(tzinfo=UTC) if since else None
        disagreements.listing(_home(), entity=entity, metric=metric, state=state, since=moment, as_json=as_json)


@app.command()
def dismiss(contradiction_id: str, why: Annotated[str, typer.Option(help="The reason, kept with it.")]) -> None:
    """Close a contradiction; it stays closed in later runs."""
    from flows import disagreements

    disagreements.dismiss(_home(), contradiction_id, why)


@app.command()
def reopen(contradiction_id: str, why: Annotated[str, typer.Option(help="The reason, kept with it.")] = "") -> None:
    """Open a dismissed contradiction again."""
    from flows import disagreements

    disagreements.reopen(_home(), contradiction_id, why)


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="Where the Parquet files go.")]) -> None:
    """Write every public view as Parquet."""
    from store.export import export as write

    for path in write(_home(), folder):
        typer.echo(path)


cli_backup.mount(app)


def _settings(feeds: Path | None = None) -> "Settings":
    from flows.settings import load_settings

    settings = load_settings()
    return settings.model_copy(update={"feeds": feeds}) if feeds else settings


def _home() -> Path:
    return _settings().home


def _show(summary: "RunSummary", as_json: bool, **paths: Any) -> None:
    from flows import terminal

    if as_json:
        terminal.print_json(summary, **paths)
    else:
        terminal.print_summary(summary, **paths)

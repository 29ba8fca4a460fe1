"""`crosswire feeds`: which feeds are read. Imports what it needs when it runs, like the other commands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.feedsfile import Feed
    from flows.settings import Settings

app = typer.Typer(
    help="Show, add, remove and try the feeds that are read.", no_args_is_help=True, rich_markup_mode=None
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the feeds with their folder and their state as of the last run."""
    from flows.feedsfile import load_feeds
    from flows.terminal import console, print_json

    settings = _settings()
    feeds = load_feeds(settings.feeds)
    states = _states(settings)
    rows = [
        {"outlet": feed.outlet, "folder": feed.folder, "url": feed.url, "state": states.get(feed.feed_id, "new")}
        for feed in feeds
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        console.print(
            f"{row['state']:<8} {row['folder']:<12} {row['outlet']:<24} {row['url']}", markup=False, soft_wrap=True
        )
    typer.echo(f"{len(rows)} feeds in {settings.feeds}", err=True)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A feed's address, or that of a site whose feed is to be found.")],
    outlet: Annotated[str, typer.Option(help="The publisher's name; default: the feed's own title.")] = "",
    folder: Annotated[str, typer.Option(help="Folder in the list, such as markets or markets/europe.")] = "",
) -> None:
    """Find a site's feed, try it, and add it to your feeds file."""
    from extractors.cleaning import one_line
    from extractors.records import content_id
    from extractors.urls import host
    from flows import feedlist
    from flows.feedsfile import Feed
    from flows.fetch import Gateway
    from flows.finding import find
    from flows.parsing import pool_of

    settings = _settings()
    with pool_of(settings.limits) as pool:
        found = find(Gateway.from_settings(settings), pool, url, lambda line: typer.echo(line, err=True))
    address = found.moved_to or found.url
    name = one_line(outlet or found.title or host(address), 200)
    path, added = feedlist.add(settings, [Feed(content_id(address), address, name, folder)])
    typer.echo(f"{'added' if added else 'listed already'}: {name} {address} ({found.items} items) in {path}")


@app.command()
def remove(feed: Annotated[str, typer.Argument(help="A feed's address, or an outlet's name.")]) -> None:
    """Take feeds out of your feeds file; their articles stay."""
    from flows import feedlist

    path, gone = feedlist.remove(_settings(), feed)
    for one in gone:
        typer.echo(f"removed: {one.outlet} {one.url} from {path}")


@app.command()
def check(
    feed: Annotated[str, typer.Argument(help="A listed feed's address or outlet, or any address; default: all.")] = "",
) -> None:
    """Try the feeds and say what each gives; stores nothing. Ends with 1 if one cannot be read."""
    from flows.fetch import Gateway
    from flows.finding import check as trying
    from flows.parsing import pool_of

    settings = _settings()
    failed = 0
    with pool_of(settings.limits) as pool:
        for one, tried in trying(Gateway.from_settings(settings), pool, _chosen(settings, feed)):
            failed += bool(tried.error)
            said = tried.error or f"ok: {tried.items} items"
            moved = f"; moved for good to {tried.moved_to}" if tried.moved_to else ""
            typer.echo(f"{one.outlet} {one.url}: {said}{moved}")
    raise typer.Exit(1 if failed else 0)


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")]) -> None:
    """Add the feeds of an OPML file, with their folders."""
    from extractors.errors import SettingsError
    from flows import feedlist
    from flows.opml import read_opml

    try:
        body = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror}); give an OPML file") from None
    given = read_opml(body, str(file))
    path, added = feedlist.add(_settings(), given)
    typer.echo(f"added {len(added)} of {len(given)} feeds to {path}; {len(given) - len(added)} were listed already")


@app.command()
def export(file: Annotated[Path | None, typer.Argument(help="Default: standard output.")] = None) -> None:
    """Write the feeds as OPML, with their folders."""
    from flows.feedsfile import load_feeds
    from flows.opml import write_opml

    written = write_opml(load_feeds(_settings().feeds))
    if file is None:
        typer.echo(written, nl=False)
    else:
        file.write_text(written, encoding="utf-8")
        typer.echo(file)


def _settings() -> "Settings":
    from flows.settings import load_settings

    return load_settings()


def _states(settings: "Settings") -> dict[str, str]:
    from extractors.errors import StoreUnreadable
    from store import feeds
    from store.db import open_reader

    try:
        with open_reader(settings.home) as connection:
            return {row.feed_id: row.state for row in feeds.health(connection)}
    except StoreUnreadable:
        return {}


def _chosen(settings: "Settings", named: str) -> "Sequence[Feed]":
    from extractors.records import content_id
    from flows.feedsfile import Feed, load_feeds

    listed = load_feeds(settings.feeds)
    if not named:
        return listed
    chosen = [feed for feed in listed if named == feed.url or named.casefold() == feed.outlet.casefold()]
    return chosen or [Feed(content_id(named), named, named)]

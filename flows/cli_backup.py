"""The commands that keep the database safe: backup, restore, check."""

from pathlib import Path
from typing import Annotated

import typer

DAMAGED = 65


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (backup, restore, check):
        app.command()(command)


def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where it goes; default: backups/ in CROSSWIRE_HOME.")] = None,
) -> None:
    """Copy the database as the last run left it, and read the copy whole."""
    from store import backup as backups

    made = backups.backup(_home(), folder)
    if made.during_run:
        typer.echo("A run is writing: this is what the run before it left.")
    typer.echo(f"{made.path}: {_size(made.path)}, {_articles(made.contents.rows)}, every block read")


def restore(
    source: Annotated[str, typer.Argument(metavar="FILE|latest", help="A backup, or the newest sound copy.")],
) -> None:
    """Put a copy in the database's place; the file that it replaces is kept in replaced/."""
    from store import backup as backups

    done = backups.restore(_home(), source)
    for line in done.passed_over:
        typer.echo(f"passed over: {line}", err=True)
    typer.echo(f"Restored {done.source} ({_articles(done.contents.rows)}).")
    if done.aside:
        typer.echo(f"The former file is {done.aside}. The next `crosswire run` fetches again what came after the copy.")


def check() -> None:
    """Read the whole database, compare it with what the last run left, and look for broken rows."""
    from store import backup as backups

    found = backups.check_all(_home())
    for line in found.problems:
        typer.echo(line)
    rows = sum(found.contents.rows.values())
    state = "no problem found" if not found.problems else f"{len(found.problems)} problems"
    typer.echo(f"{found.path}: {_articles(found.contents.rows)}, {rows} rows in all, every block read: {state}")
    raise typer.Exit(DAMAGED if found.problems else 0)


def _articles(rows: dict[str, int]) -> str:
    count = rows.get("article", 0)
    return f"{count} article{'' if count == 1 else 's'}"


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


def _home() -> Path:
    from flows.settings import load_settings

    return load_settings().home

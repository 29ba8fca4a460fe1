"""The public views as the database itself describes them: names, columns, types, comments."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.snapshot import snapshot_path

if TYPE_CHECKING:  # the SQL door's command imports this module and must start fast; it needs no database itself
    import duckdb


@dataclass(frozen=True, slots=True)
class ColumnText:
    """A column of a public view."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class ViewText:
    """A public view with its columns in their order."""

    name: str
    comment: str
    columns: tuple[ColumnText, ...]


def schema(home: Path | None = None) -> str:
    """Return the public views as text: a paragraph per view, a line per column."""
    return "\n\n".join(_paragraph(view) for view in views(home))


def _paragraph(view: ViewText) -> str:
    names = max(len(column.name) for column in view.columns)
    types = max(len(_short(column.type)) for column in view.columns)
    lines = (f"  {each.name:<{names}}  {_short(each.type):<{types}}  {each.comment}" for each in view.columns)
    return "\n".join((f"{view.name}: {view.comment}", *lines))


def _short(data_type: str) -> str:
    return data_type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def views(home: Path | None = None) -> tuple[ViewText, ...]:
    """Return the public views by name: those of the database of `home`, or, without one, those of this code."""
    import duckdb

    from store import migrate
    from store.db import open_reader

    if home is not None and snapshot_path(home).exists():
        with open_reader(home) as connection:
            return describe(connection)
    with duckdb.connect() as connection:
        migrate.migrate(connection)
        return describe(connection)


def describe(connection: "duckdb.DuckDBPyConnection") -> tuple[ViewText, ...]:
    """Return the public views of an open database, by name."""
    columns: dict[str, list[ColumnText]] = {}
    for view, *column in connection.execute(_COLUMNS).fetchall():
        columns.setdefault(view, []).append(ColumnText(*column))
    found = connection.execute(_VIEWS).fetchall()
    return tuple(ViewText(name, comment, tuple(columns.get(name, ()))) for name, comment in found)


def view_names(connection: "duckdb.DuckDBPyConnection") -> tuple[str, ...]:
    """Return the names of the public views, sorted."""
    return tuple(name for name, _ in connection.execute(_VIEWS).fetchall())


_VIEWS = """
    SELECT view_name, coalesce(comment, '') FROM duckdb_views()
    WHERE NOT internal AND schema_name = 'main' ORDER BY view_name
"""

_COLUMNS = """
    SELECT table_name, column_name, data_type, coalesce(comment, '') FROM duckdb_columns()
    WHERE NOT internal AND schema_name = 'main' ORDER BY table_name, column_index
"""

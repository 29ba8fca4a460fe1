"""`crosswire sql`: runs one statement through the locked door and prints the rows."""

import csv
import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from store.schema_text import schema
from store.sql_door import QueryResult, run_query


def print_query(home: Path, statement: str, fmt: str, limit: int) -> None:
    """Run one SELECT and print its rows as a table, CSV, JSON or markdown. Raises SqlRefused, StoreUnreadable."""
    result = run_query(home, statement, max_rows=limit or None)
    {"table": _table, "csv": _csv, "json": _json, "md": _markdown}[fmt](result)
    if result.truncated:
        print(f"crosswire: only the first {len(result.rows)} rows are shown; --limit 0 shows all", file=sys.stderr)


def _table(result: QueryResult) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, kind in zip(result.columns, result.types, strict=True):
        table.add_column(Text(name), justify="right" if _is_number(kind) else "left", overflow="fold")
    for row in result.rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    Console().print(table)
    print(f"{len(result.rows)} row{'' if len(result.rows) == 1 else 's'}")


def _is_number(kind: str) -> bool:
    return kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")) or kind.endswith("INT") or kind == "INTEGER"


def _shown(value: Any) -> str:
    """Return a value as a person writes it: no exponent, no trailing zeros, times without microseconds."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ", timespec="minutes") if hasattr(value, "hour") else value.isoformat()
    return str(value)


def _csv(result: QueryResult) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)
    sys.stdout.write(buffer.getvalue())


def _json(result: QueryResult) -> None:
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    print(json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _markdown(result: QueryResult) -> None:
    print("| " + " | ".join(result.columns) + " |")
    print("|" + "---|" * len(result.columns))
    for row in result.rows:
        print("| " + " | ".join(_cell(value) for value in row) + " |")


def _cell(value: Any) -> str:
    return " ".join(_shown(value).replace("|", "\\|").split())


def print_schema() -> None:
    """Print every public view with its columns, types and comments."""
    print(schema())

"""A small file beside the database that notes every commit and what each run left, compared before the next one.

DuckDB opens a database whose write-ahead log was lost or cut without an error and without its rows; the ledger tells.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from extractors.errors import StoreFull, StoreUnreadable
from store.connecting import RESTORE
from store.contents import Contents, measure

LEDGER_NAME = "ledger.jsonl"
KEPT = 100
"""Runs whose lines stay in the ledger."""

Stamp = tuple[int, int]
"""Size in bytes and time of change in nanoseconds of the database file."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a run left: the database's contents and its file's stamp after the checkpoint."""

    contents: Contents
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as read: the ends of runs, oldest first, and the highest number of commits that was noted."""

    lines: tuple[Line, ...] = ()
    commits: int = 0


def ledger_path(home: Path) -> Path:
    """Return where the ledger lies."""
    return home / LEDGER_NAME


def read(home: Path) -> Ledger:
    """Read the ledger. What a killed writer left half-written is passed over; without a ledger it is empty."""
    with suppress(FileNotFoundError):
        text = ledger_path(home).read_text(encoding="utf-8", errors="replace")
        records = [record for line in text.splitlines() if (record := _record(line)) is not None]
        lines = tuple(record for record in records if isinstance(record, Line))
        return Ledger(lines, max((_commits(record) for record in records), default=0))
    return Ledger()


def note_commit(home: Path, number: int) -> None:
    """Note that the database has seen `number` commits. It is called after DuckDB has written the commit to the disk.

    No fsync: a mark that is lost with the machine's power, or finds no room, only leaves one commit less to compare.
    """
    with suppress(OSError), ledger_path(home).open("ab", buffering=0) as file:
        file.write(f'{{"commits": {number}}}\n'.encode())


def note_run(home: Path, path: Path, contents: Contents) -> None:
    """Note what the run that has just closed `path` left. In one step; the marks of its commits are folded into it.

    Raises StoreFull when it cannot be written.
    """
    line = Line(contents, stamp(path))
    lines = read(home).lines
    if not lines or lines[-1] != line:
        _write(home, (*lines, line))


def start_over(home: Path, path: Path, contents: Contents) -> None:
    """Note that `path` was restored: what later runs had left counts no more. Raises StoreFull."""
    former = (line for line in read(home).lines if line.contents.commits < contents.commits)
    _write(home, (*former, Line(contents, stamp(path))))


def stamp(path: Path) -> Stamp:
    """Return size and time of change, which differ when a file was written to."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def compare(connection: duckdb.DuckDBPyConnection, path: Path, home: Path, *, whole: bool = False) -> Contents:
    """Return what the database holds if that is what the ledger lets expect; look at every block with `whole`.

    A file that is as its last run left it is only counted. Any other one is read whole once: a run was killed after
    its commits (there may be more rows than the ledger says, never fewer), or someone else wrote to it. Raises
    StoreUnreadable with `db_rollback` or `db_corrupt`; duckdb.IOException for a damaged block.
    """
    ledger = read(home)
    last = ledger.lines[-1] if ledger.lines else None
    untouched = last is not None and last.stamp == stamp(path) and not _log_left(path)
    found = measure(connection, whole=whole or not untouched)
    if found.commits < ledger.commits:
        raise _refused("db_rollback", path, f"holds {found.commits} of {ledger.commits} commits: its log was lost")
    if last is None:
        return found
    if lost := found.lost_since(last.contents):
        raise _refused("db_rollback", path, f"holds less than the last run left ({lost})")
    if found.commits == last.contents.commits and _differs(found, last.contents):
        raise _refused("db_corrupt", path, "holds other rows than the last run left")
    return found


def _differs(found: Contents, before: Contents) -> bool:
    if found.rows != before.rows:
        return True
    comparable = found.digest and before.digest and found.duckdb == before.duckdb
    return bool(comparable) and found.digest != before.digest


def _log_left(path: Path) -> bool:
    log = path.with_name(path.name + ".wal")
    return log.exists() and log.stat().st_size > 0


def _refused(code: str, path: Path, what: str) -> StoreUnreadable:
    return StoreUnreadable(f"{code}: {path} {what}; {RESTORE}")


def _record(text: str) -> Line | int | None:
    """Return a run's line, a commit's number, or None for what is neither."""
    with suppress(ValueError, KeyError, TypeError, IndexError):
        record: dict[str, Any] = json.loads(text)
        if "rows" not in record:
            return int(record["commits"])
        contents = Contents(**{name: record[name] for name in Contents.__slots__})
        return Line(contents, (record["stamp"][0], record["stamp"][1]))
    return None


def _commits(record: Line | int) -> int:
    return record.contents.commits if isinstance(record, Line) else record


def _write(home: Path, lines: Iterable[Line]) -> None:
    records = [{**asdict(line.contents), "stamp": line.stamp} for line in lines][-KEPT:]
    target = ledger_path(home)
    temporary = target.with_name(f".{LEDGER_NAME}.new")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreFull(f"the run is stored, but {target} is not: {error}: free some room and run again") from None

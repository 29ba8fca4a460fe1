"""Runs other people's SQL: one SELECT, on the snapshot, in a process of its own that is killed when it goes too far.

DuckDB's own limits are not enough: a single huge value, such as range(500000000), is neither counted against its
memory limit nor interrupted. The process therefore has hard limits for memory and time. See sql_child.py.
"""

import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import SqlRefused
from store.snapshot import existing_snapshot

GRACE_S = 2.0
"""After its time a query is interrupted; what has not ended this much later is killed."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query as Python values; `types` are DuckDB's names. `truncated`: there were more rows."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What the process is asked to do. `max_rows` None means all, `memory` is in MiB."""

    database: str
    sql: str
    max_rows: int | None
    timeout_s: float
    memory: int


def run_query(
    home: Path, sql: str, *, max_rows: int | None = 1000, timeout_s: float = 30.0, memory: int = 512
) -> QueryResult:
    """Run one SELECT on the last snapshot and return at most `max_rows` rows (None: all).

    `memory` is in MiB. Raises StoreUnreadable without a database, and SqlRefused with a line that starts with
    `sql_refused:` for what is not allowed, takes too long or too much, or with `sql_error:` for a wrong query.
    """
    request = Request(str(existing_snapshot(home)), sql, max_rows, timeout_s, memory)
    answer = _ask(request)
    if isinstance(answer, str):
        raise SqlRefused(answer)
    return answer


def _ask(request: Request) -> QueryResult | str:
    # -P: a folder named "store" in the user's working directory must not stand in for this package.
    command = [sys.executable, "-P", "-m", "store.sql_child"]
    try:
        done = subprocess.run(
            command, input=pickle.dumps(request), capture_output=True, timeout=request.timeout_s + 2 * GRACE_S
        )
    except subprocess.TimeoutExpired:
        return too_long(request.timeout_s)
    return _answer(done, request.timeout_s)


def _answer(done: "subprocess.CompletedProcess[bytes]", timeout_s: float) -> QueryResult | str:
    if done.returncode == 0:
        return pickle.loads(done.stdout)
    if done.returncode == -signal.SIGALRM:
        return too_long(timeout_s)
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"status {done.returncode}"]
    return f"sql_refused: the query ended the process that ran it ({last[0]}): ask for less at once"


def too_long(timeout_s: float) -> str:
    """Return the line for a query that did not end in time."""
    return f"sql_refused: the query took longer than {timeout_s:g} s: narrow it down with WHERE or LIMIT"

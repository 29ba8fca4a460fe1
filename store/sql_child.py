"""The process behind the SQL door: reads a request, runs its one SELECT on a locked-down connection, answers.

Nothing it runs can write, open a file, reach the network or change a setting, and it dies on time by itself.
"""

import pickle
import re
import signal
import sys
import threading
from contextlib import suppress

import duckdb

from store.sql_door import GRACE_S, QueryResult, Request, too_long

_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^()]*\)\s*)?", re.IGNORECASE)

# Virtual memory that the interpreter, DuckDB's code and its threads take before any query runs, with room to spare.
_OVERHEAD = 1 << 30


def main() -> None:
    """Answer one request from standard input on standard output: a QueryResult, or the line of a refusal."""
    request: Request = pickle.loads(sys.stdin.buffer.read())
    _limit_process(request)
    sys.stdout.buffer.write(pickle.dumps(answer(request)))


def answer(request: Request) -> QueryResult | str:
    """Run the request in this process. Every way in which a query can be wrong ends as a line, not as an exception."""
    try:
        with _locked_connection(request) as connection:
            statement, refusal = _one_select(connection, request.sql)
            return refusal if statement is None else _run(connection, statement, request)
    except duckdb.InterruptException:
        return too_long(request.timeout_s)
    except (MemoryError, duckdb.OutOfMemoryException):
        return f"sql_refused: the query needs more than {request.memory} MiB of memory: ask for less at once"
    except duckdb.PermissionException:
        return "sql_refused: files, the network and other databases are out of reach here: query the public views"
    except duckdb.Error as error:
        return f"sql_error: {_one_line(error)}"


def _limit_process(request: Request) -> None:
    """Hard limits, for what DuckDB itself neither counts nor interrupts; where a system has none, they are left out."""
    signal.alarm(int(request.timeout_s + GRACE_S) + 1)
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = _OVERHEAD + 2 * request.memory * (1 << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _locked_connection(request: Request) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        request.database,
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": "",
            "max_temp_directory_size": "0KB",
            "memory_limit": f"{request.memory}MiB",
            "threads": 2,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET python_enable_replacements = false")
    # Read-only mode without external access would still let COPY overwrite the database's own file.
    connection.execute("SET disabled_filesystems = 'LocalFileSystem'")
    connection.execute("SET lock_configuration = true")
    return connection


def _one_select(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[duckdb.Statement | None, str]:
    """Return the statement if it is exactly one that only reads, else why it is refused."""
    statements = connection.extract_statements(sql)
    if not statements:
        return None, "sql_refused: there is no statement: give one SELECT"
    if len(statements) > 1:
        hint = "; name a PIVOT's columns with ON ... IN (...)" if "pivot" in sql.lower() else ""
        return None, f"sql_refused: one statement at a time, these are {len(statements)}{hint}"
    (statement,) = statements
    if not _only_reads(connection, statement):
        return None, f"sql_refused: {statement.type.name} is not allowed here: only a SELECT is"
    if statement.named_parameters:
        return None, "sql_refused: ? and $parameters have no values here: write the values themselves"
    return statement, ""


def _only_reads(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> bool:
    if statement.type == duckdb.StatementType.SELECT:
        return True
    explain = _EXPLAIN.match(statement.query) if statement.type == duckdb.StatementType.EXPLAIN else None
    if not explain:
        return False
    # EXPLAIN ANALYZE runs what it explains, so that has to be a SELECT too.
    try:
        inner = connection.extract_statements(statement.query[explain.end() :])
    except duckdb.ParserException:
        return False
    return [each.type for each in inner] == [duckdb.StatementType.SELECT]


def _run(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement, request: Request) -> QueryResult:
    timer = threading.Timer(request.timeout_s, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        cursor = connection.execute(statement)
        described = cursor.description or []
        rows = cursor.fetchall() if request.max_rows is None else cursor.fetchmany(request.max_rows + 1)
    finally:
        timer.cancel()
    kept = rows[: request.max_rows]
    columns = tuple(str(column[0]) for column in described)
    types = tuple(str(column[1]) for column in described)
    return QueryResult(columns, types, tuple(kept), len(rows) > len(kept))


def _one_line(error: duckdb.Error) -> str:
    """DuckDB's message without the excerpt of the query below it."""
    return " ".join(str(error).split("\nLINE ", 1)[0].split())


if __name__ == "__main__":
    main()

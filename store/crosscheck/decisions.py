"""A person's decisions about contradictions: dismiss and reopen. They outlive every recomputation."""

from datetime import datetime

import duckdb

from extractors.errors import CrosswireError
from extractors.records import content_id
from store.transactions import transaction

KIND = "contradiction"


class NoSuchContradictionError(CrosswireError):
    """No contradiction has this id."""

    exit_code = 66


def dismiss(connection: duckdb.DuckDBPyConnection, contradiction_id: str, why: str, now: datetime) -> None:
    """Close a contradiction for good, with the reason. Raises NoSuchContradictionError."""
    _decide(connection, contradiction_id, "dismissed", why, now)


def reopen(connection: duckdb.DuckDBPyConnection, contradiction_id: str, why: str, now: datetime) -> None:
    """Take a dismissal back. Raises NoSuchContradictionError."""
    _decide(connection, contradiction_id, "reopened", why, now)


def dismissed_ids(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the contradictions whose latest decision is a dismissal."""
    rows = connection.execute(
        "SELECT subject FROM core.decision WHERE kind = $kind GROUP BY subject "
        "HAVING max_by(value, decided_at) = 'dismissed'",
        {"kind": KIND},
    ).fetchall()
    return frozenset(str(row[0]) for row in rows)


def _decide(connection: duckdb.DuckDBPyConnection, subject: str, value: str, why: str, now: datetime) -> None:
    found = connection.execute(
        "SELECT count(*) FROM core.contradiction WHERE contradiction_id = $id", {"id": subject}
    ).fetchone()
    if not found or not found[0]:
        raise NoSuchContradictionError(
            f"{subject}: no contradiction has this id; list them with `crosswire contradictions`"
        )
    state = "dismissed" if value == "dismissed" else "open"
    with transaction(connection):
        connection.execute(
            "INSERT INTO core.decision VALUES ($decision, $kind, $subject, $value, $why, $now)",
            {
                "decision": content_id(KIND, subject, value, now.isoformat()),
                "kind": KIND,
                "subject": subject,
                "value": value,
                "why": why,
                "now": now,
            },
        )
        connection.execute(
            "UPDATE core.contradiction SET state = $state WHERE contradiction_id = $id", {"state": state, "id": subject}
        )
        connection.execute(
            "INSERT INTO core.contradiction_event VALUES ($id, $event, $now, $why)",
            {"id": subject, "event": value, "now": now, "why": why},
        )

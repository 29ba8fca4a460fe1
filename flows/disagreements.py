"""`crosswire contradictions`, `dismiss` and `reopen`."""

from datetime import datetime
from pathlib import Path

from extractors.errors import CrosswireError
from flows import terminal
from flows.clock import now
from store.contradictions import get_contradiction, list_contradictions, pairs_of
from store.db import open_reader, open_writer


def listing(home: Path, *, entity: str, metric: str, state: str, since: datetime | None, as_json: bool) -> None:
    """Print the contradictions that fit. Raises CrosswireError for an unknown state."""
    states = ("open", "resolved", "dismissed", "all")
    if state not in states:
        raise CrosswireError(f"--state {state}: expected one of {', '.join(states)}")
    with open_reader(home) as connection:
        rows = list_contradictions(
            connection,
            state=None if state == "all" else state,
            entity=entity or None,
            metric=metric or None,
            since=since,
        )
    if as_json:
        terminal.print_json(rows)
    elif rows:
        terminal.print_contradictions(rows)
    else:
        print("No contradiction fits.")


def show(home: Path, contradiction_id: str, as_json: bool) -> None:
    """Print one with every side, statement and the rules of its pairs. Raises CrosswireError when there is none."""
    with open_reader(home) as connection:
        row = get_contradiction(connection, contradiction_id)
        if row is None:
            raise CrosswireError(
                f"no contradiction {contradiction_id}; `crosswire contradictions --state all` lists them"
            )
        pairs = pairs_of(connection, row)
    if as_json:
        terminal.print_json({"contradiction": row, "pairs": pairs})
    else:
        terminal.print_contradiction(row, pairs)


def dismiss(home: Path, contradiction_id: str, why: str) -> None:
    """Close a contradiction for good, with the reason."""
    from store.crosscheck import decisions

    with open_writer(home) as connection:
        decisions.dismiss(connection, contradiction_id, why, now())
    print(f"Dismissed {contradiction_id}. `crosswire reopen {contradiction_id}` takes it back.")


def reopen(home: Path, contradiction_id: str, why: str) -> None:
    """Take a dismissal back."""
    from store.crosscheck import decisions

    with open_writer(home) as connection:
        decisions.reopen(connection, contradiction_id, why, now())
    print(f"Reopened {contradiction_id}.")

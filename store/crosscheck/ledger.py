"""The ledger of contradictions during one run: keeps ids and first_seen, notes what changed, writes all at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from extractors.records import content_id
from store import bulk
from store.crosscheck.decisions import dismissed_ids

Key = tuple[str, str, str, str, str]
"""Kind, entity id, metric, scope and unit: what is disagreed on."""


@dataclass(frozen=True, slots=True)
class SideEntry:
    """One side as it is written; `quotes` are sentences in the order of the ids."""

    value: float | None
    unit: str
    outlets: tuple[str, ...]
    origins: tuple[str, ...]
    attributed_to: tuple[str, ...]
    figure_ids: tuple[str, ...]
    claim_ids: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A contradiction as it stands now."""

    contradiction_id: str
    kind: str
    entity_id: str
    entity: str
    metric: str
    scope: str
    unit: str
    verdict: str
    spread: float
    origins: int
    explanation: str
    sides: tuple[SideEntry, ...]

    @property
    def members(self) -> frozenset[str]:
        """The ids of all figures and claims."""
        return frozenset(name for side in self.sides for name in (*side.figure_ids, *side.claim_ids))


@dataclass(frozen=True, slots=True)
class Known:
    """A contradiction as it stood before this run."""

    contradiction_id: str
    key: Key
    state: str
    spread: float
    origins: int
    sides: int
    first_seen: datetime
    last_seen: datetime
    members: frozenset[str]
    touched: bool
    """Whether this run looks at it again: one of its figures or claims is new, gone or connected with a new one."""


_KNOWN = """
WITH members AS (
    SELECT contradiction_id, unnest(list_concat(figure_ids, claim_ids)) AS member FROM core.contradiction_side
), touched AS (
    SELECT contradiction_id FROM core.contradiction c SEMI JOIN checked_slot USING (entity_id, metric, unit)
    UNION
    SELECT m.contradiction_id FROM members m JOIN core.contradiction c USING (contradiction_id)
    WHERE c.kind IN ('internal', 'claim') AND c.state <> 'resolved'
      AND m.member NOT IN (SELECT figure_id FROM core.figure) AND m.member NOT IN (SELECT claim_id FROM core.claim)
    UNION
    SELECT m.contradiction_id FROM members m
    JOIN (SELECT figure_id AS member FROM core.figure SEMI JOIN checked_article USING (article_id)
          UNION ALL SELECT claim_id FROM core.claim SEMI JOIN checked_article USING (article_id)) f USING (member)
)
SELECT c.contradiction_id, c.kind, c.entity_id, c.metric, c.scope, c.unit, c.state, c.spread, c.origins, c.sides,
       c.first_seen, c.last_seen, list(m.member), bool_or(
           m.member IN (SELECT figure_id FROM checked_member) AND c.kind IN ('figure', 'rank')
           OR m.member IN (SELECT figure_id FROM core.figure SEMI JOIN checked_article USING (article_id))
           OR m.member IN (SELECT claim_id FROM core.claim SEMI JOIN checked_article USING (article_id))
           OR m.member NOT IN (SELECT figure_id FROM core.figure) AND m.member NOT IN (SELECT claim_id FROM core.claim))
FROM core.contradiction c SEMI JOIN touched USING (contradiction_id) LEFT JOIN members m USING (contradiction_id)
GROUP BY ALL
"""


@dataclass(slots=True)
class Ledger:
    """What is known of the touched slots, and what this run enters. It has state, so that it is a class."""

    connection: duckdb.DuckDBPyConnection
    now: datetime
    before: dict[str, Known] = field(default_factory=dict[str, Known])
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    events: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])

    def load(self) -> None:
        """Read the contradictions of the touched slots and articles."""
        for row in self.connection.execute(_KNOWN).fetchall():
            members = frozenset[str](row[12] or ())
            state, spread, origins, sides, first_seen, last_seen = row[6:12]
            key: Key = (row[1], row[2], row[3], row[4], row[5])
            known = Known(row[0], key, state, spread, origins, sides, first_seen, last_seen, members, bool(row[13]))
            self.before[known.contradiction_id] = known

    def known(self, *kinds: str) -> tuple[Known, ...]:
        """Return the contradictions of these kinds that stood before this run."""
        return tuple(known for known in self.before.values() if known.key[0] in kinds)

    def match(self, key: Key, members: frozenset[str]) -> str:
        """Return the id of the known contradiction about the same that shares a figure, or an empty string."""
        for known in self.before.values():
            if known.key == key and known.members & members and known.contradiction_id not in self.entries:
                return known.contradiction_id
        return ""

    def identify(self, key: Key, members: frozenset[str], anchor: str) -> str:
        """Return the id: the known one, else the slot's own, else (the slot has another one) one with the anchor."""
        matched = self.match(key, members)
        if matched:
            return matched
        plain = content_id(*key)
        before = self.before.get(plain)
        taken = plain in self.entries or (before is not None and before.state != "resolved" and not before.touched)
        return content_id(*key, anchor) if taken else plain

    def enter(self, entry: Entry) -> None:
        """Enter a contradiction that stands now."""
        self.entries[entry.contradiction_id] = entry
        event = _event(self.before.get(entry.contradiction_id), entry)
        if event:
            self.events.append((entry.contradiction_id, event, f"{len(entry.sides)} sides, {entry.origins} origins"))

    def close(self, *kinds: str) -> None:
        """Resolve the known contradictions of these kinds that were not entered again."""
        for known in self.known(*kinds):
            if known.touched and known.contradiction_id not in self.entries and known.state == "open":
                self.events.append(
                    (known.contradiction_id, "resolved", "no two sides stand against each other any more")
                )

    def write(self) -> None:
        """Write entries, sides, states and events."""
        dismissed = dismissed_ids(self.connection)
        self._delete("contradiction")
        self._delete("contradiction_side")
        rows = [_row(entry, self.before.get(entry.contradiction_id), self.now, dismissed) for entry in self._entries()]
        bulk.insert(self.connection, "core.contradiction", rows)
        sides = [row for entry in self._entries() for row in _side_rows(entry)]
        bulk.insert(self.connection, "core.contradiction_side", sides)
        self._resolve()
        events = [
            {"contradiction_id": name, "event": event, "happened_at": self.now, "detail": detail}
            for name, event, detail in self.events
        ]
        bulk.insert(self.connection, "core.contradiction_event", events)

    def ids_with(self, *events: str) -> tuple[str, ...]:
        """Return the contradictions to which one of these events happened in this run, each once."""
        return tuple(dict.fromkeys(name for name, event, _ in self.events if event in events))

    def _entries(self) -> Sequence[Entry]:
        return list(self.entries.values())

    def _delete(self, table: str) -> None:
        self.connection.execute(
            f"DELETE FROM core.{table} WHERE contradiction_id IN (SELECT unnest($ids::JSON::VARCHAR[]))",
            {"ids": bulk.to_json(list(self.entries))},
        )

    def _resolve(self) -> None:
        self.connection.execute(
            "UPDATE core.contradiction SET state = 'resolved', last_seen = $now "
            "WHERE contradiction_id IN (SELECT unnest($ids::JSON::VARCHAR[]))",
            {"ids": bulk.to_json(list(self.ids_with("resolved"))), "now": self.now},
        )


def _event(before: Known | None, entry: Entry) -> str:
    if before is None:
        return "new"
    if before.state == "resolved":
        return "reopened"
    old, new = (before.sides, before.origins, before.spread), (len(entry.sides), entry.origins, entry.spread)
    if before.members == entry.members or old == new:
        return ""
    return "widened" if new > old else "narrowed"


def _row(entry: Entry, before: Known | None, now: datetime, dismissed: frozenset[str]) -> bulk.Row:
    unchanged = before is not None and before.members == entry.members and before.state != "resolved"
    return {
        "contradiction_id": entry.contradiction_id,
        "kind": entry.kind,
        "entity_id": entry.entity_id,
        "entity": entry.entity,
        "metric": entry.metric,
        "scope": entry.scope,
        "unit": entry.unit,
        "verdict": entry.verdict,
        "state": "dismissed" if entry.contradiction_id in dismissed else "open",
        "spread": entry.spread,
        "sides": len(entry.sides),
        "origins": entry.origins,
        "first_seen": before.first_seen if before else now,
        "last_seen": before.last_seen if before and unchanged else now,
        "explanation": entry.explanation,
    }


def _side_rows(entry: Entry) -> list[bulk.Row]:
    return [
        {
            "contradiction_id": entry.contradiction_id,
            "side": number,
            "value": side.value,
            "unit": side.unit,
            "outlets": list(side.outlets),
            "origins": list(side.origins),
            "attributed_to": list(side.attributed_to),
            "figure_ids": list(side.figure_ids),
            "claim_ids": list(side.claim_ids),
            "quotes": list(side.quotes),
        }
        for number, side in enumerate(entry.sides, start=1)
    ]

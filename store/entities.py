"""Known entities. What a person decided beats what a pack says, and that beats what a model found in a text."""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from extractors.records import Entity
from store import bulk

_RANK = {"model": 0, "pack": 1, "user": 2}


def merge(connection: duckdb.DuckDBPyConnection, entities: Iterable[Entity]) -> None:
    """Add what is new and join the names; name, kind and parent follow the highest-ranking source, then the newest."""
    unique: dict[str, Entity] = {}
    for entity in entities:
        known = unique.get(entity.entity_id)
        unique[entity.entity_id] = _join(known, entity) if known else entity
    if not unique:
        return
    bulk.stage(connection, "incoming_entity", "core.entity", [_row(entity) for entity in unique.values()])
    connection.execute(_MERGE)


def _join(first: Entity, second: Entity) -> Entity:
    better = second if _RANK[second.known_by] >= _RANK[first.known_by] else first
    return replace(better, aliases=(*first.aliases, *second.aliases))


def _row(entity: Entity) -> bulk.Row:
    return {
        "entity_id": entity.entity_id,
        "name": entity.name,
        "kind": entity.kind,
        "aliases": sorted(set(entity.aliases)),
        "known_by": entity.known_by,
        "parent": entity.parent or None,
    }


_MERGE = """
    MERGE INTO core.entity e USING (
        SELECT *, list_position(['model', 'pack', 'user'], known_by) AS rank FROM incoming_entity
    ) i ON e.entity_id = i.entity_id
    WHEN MATCHED AND i.rank >= list_position(['model', 'pack', 'user'], e.known_by) AND (
        e.name <> i.name OR e.kind <> i.kind OR e.known_by <> i.known_by OR e.parent IS DISTINCT FROM i.parent
        OR NOT list_has_all(e.aliases, i.aliases)
    ) THEN UPDATE SET
        name = i.name, kind = i.kind, known_by = i.known_by, parent = i.parent,
        aliases = list_sort(list_distinct(list_concat(e.aliases, i.aliases)))
    WHEN MATCHED AND NOT list_has_all(e.aliases, i.aliases) THEN UPDATE SET
        aliases = list_sort(list_distinct(list_concat(e.aliases, i.aliases)))
    WHEN NOT MATCHED THEN INSERT (entity_id, name, kind, aliases, known_by, parent)
        VALUES (i.entity_id, i.name, i.kind, i.aliases, i.known_by, i.parent)
"""


def prune(connection: duckdb.DuckDBPyConnection) -> None:
    """Forget entities that no article names any more; what a person decided stays."""
    connection.execute("""
        DELETE FROM core.entity
        WHERE known_by <> 'user' AND entity_id NOT IN (SELECT entity_id FROM core.mention WHERE entity_id IS NOT NULL)
    """)

"""JSON-LD as news pages carry it (schema.org), read leniently: broken or hostile blocks count as absent."""

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

_ARTICLE = ("article", "posting", "report", "reportage", "webpage")
_MAX_BLOCK = 2_000_000
_MAX_NODES = 2000


def article_node(blocks: list[str]) -> Mapping[str, Any]:
    """Return the node that describes the article: the first of an article's type, or an empty mapping."""
    found: Mapping[str, Any] = {}
    for node in _nodes(blocks):
        kinds = [kind.lower() for kind in texts(node.get("@type"))]
        if any(kind.endswith(_ARTICLE[:4]) for kind in kinds) and text(node.get("headline") or node.get("name")):
            return node
        if not found and any(kind.endswith("webpage") for kind in kinds) and text(node.get("headline")):
            found = node
    return found


def text(value: object) -> str:
    """Return a value's text: of a string, of the first of a list, or of an object's name."""
    if isinstance(value, str):
        return html.unescape(value).strip()
    if isinstance(value, list) and value:
        return text(cast("list[object]", value)[0])
    if isinstance(value, Mapping):
        return text(cast("Mapping[str, object]", value).get("name"))
    return ""


def texts(value: object) -> tuple[str, ...]:
    """Return all texts of a value that may be one or a list of them."""
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return tuple(found for part in values[:20] if (found := text(part)))


def _nodes(blocks: list[str]) -> Iterator[Mapping[str, Any]]:
    waiting: list[object] = []
    for block in blocks[:50]:
        try:
            waiting.append(json.loads(block[:_MAX_BLOCK], strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = cast("list[object]", value)[:200]
        elif isinstance(value, Mapping):
            node = cast("Mapping[str, Any]", value)
            yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)

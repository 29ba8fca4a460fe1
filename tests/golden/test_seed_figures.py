"""Scores the figures of five real articles against their gold labels: value, unit and span; then the whole binding.

How two scopes are compared, since words may differ in form if they mean the same: parts are split at ";", folded to
lower case without hyphens and small words; two parts match if the words of one are among the words of the other;
all parts of both sides must match. Subjects and sources match by entity (any of its names); where the gold names no
entity of the packs ("enterprises", "open-source models"), no entity is right. `open:` metrics match if one
noun phrase holds the other's head.
"""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extractors import packs, sentences
from extractors.entities import EntityFinder
from extractors.figures.extract import FigureExtractor
from extractors.records import Figure

SHARED = Path(__file__).parents[2].parent / "shared"
ARTICLES, GOLD = SHARED / "corpus/seeds/articles.jsonl", SHARED / "gold/seeds-figures.jsonl"

pytestmark = pytest.mark.skipif(not GOLD.exists(), reason="the seed articles (../shared) are not here")

FLOOR_SPAN = 0.98
FLOOR_BINDING = 0.87
FLOOR_ATTRIBUTION = 0.90

_SMALL = frozenset("the a an of in on to basis field behind models systems counterparts".split())  # noqa: SIM905


@cache
def tools() -> tuple[EntityFinder, FigureExtractor]:
    loaded = packs.load()
    return EntityFinder(loaded), FigureExtractor(loaded)


@cache
def entity_of(name: str) -> str:
    """Return the id of the entity that the packs know by this name, or ""."""
    found = tools()[0].find(name, sentences.split(name))
    return found[0].entity_id if found and found[0].start == 0 else ""


@cache
def extracted() -> dict[str, tuple[Figure, ...]]:
    finder, extractor = tools()
    out: dict[str, tuple[Figure, ...]] = {}
    for line in ARTICLES.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        parts = sentences.split(article["text"])
        mentions = finder.find(article["text"], parts)
        out[article["id"]] = extractor.extract(article["text"], parts, mentions, None)
    return out


def labels() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def words(part: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9.]+", part.lower())) - _SMALL


def same_scope(left: str, right: str) -> bool:
    """Compare two scope strings as the module's docstring says."""
    a = [words(part) for part in left.split(";") if words(part)]
    b = [words(part) for part in right.split(";") if words(part)]
    return all(any(x <= y or y <= x for y in b) for x in a) and all(any(x <= y or y <= x for x in a) for y in b)


def same_metric(figure: Figure, label: dict[str, Any]) -> bool:
    if figure.metric == label["metric"]:
        return True
    both = figure.metric.startswith("open:") and label["metric"].startswith("open:")
    mine, gold = words(figure.metric[5:]), words(label["metric"][5:])
    return both and bool(mine) and (mine <= gold or gold <= mine)


def same_subject(figure: Figure, label: dict[str, Any]) -> bool:
    return figure.entity_id == entity_of(label["subject"]) or figure.entity == label["subject"]


def same_source(figure: Figure, label: dict[str, Any]) -> bool:
    gold = label["attributed_to"]
    return figure.attributed_to == gold or (bool(gold) and figure.attributed_id == entity_of(gold) != "")


def match(label: dict[str, Any]) -> Figure | None:
    """Return the figure with the label's value and unit whose span touches it."""
    for figure in extracted()[label["article"]]:
        close = figure.start < label["end"] and label["start"] < figure.end
        want = Decimal(str(label["value"]))
        if close and abs(figure.value - want) <= abs(want) * Decimal("1e-9") and figure.unit == label["unit"]:
            return figure
    return None


def test_seed_figures() -> None:
    span = exact = bound = source = 0
    wrong: list[str] = []
    for label in labels():
        figure = match(label)
        if figure is None:
            wrong.append(f"missed {label['article']} {label['quote']} {label['metric']}")
            continue
        span += 1
        exact += (figure.start, figure.end) == (label["start"], label["end"])
        source += same_source(figure, label)
        checks = {
            "subject": same_subject(figure, label),
            "metric": same_metric(figure, label),
            "scope": same_scope(figure.scope, label["scope"]),
        }
        bound += all(checks.values())
        bad = [name for name, right in checks.items() if not right]
        if bad:
            wrong.append(
                f"{label['article']} {label['quote']!r} {bad}: {figure.entity} {figure.metric} [{figure.scope}]"
            )
    total = len(labels())
    print(f"{total} labels: value+unit+span {span} (exact span {exact}), subject+metric+scope {bound}, source {source}")
    print("\n".join(wrong))
    assert span / total >= FLOOR_SPAN
    assert bound / total >= FLOOR_BINDING
    assert source / total >= FLOOR_ATTRIBUTION


def test_no_other_models_figure_is_given_to_the_release() -> None:
    total = {
        f.value for fs in extracted().values() for f in fs if (f.entity, f.metric) == ("GLM-5.2", "parameters.total")
    }
    active = {
        f.value for fs in extracted().values() for f in fs if (f.entity, f.metric) == ("GLM-5.2", "parameters.active")
    }
    assert total == {Decimal(753_000_000_000), Decimal(744_000_000_000)}
    assert active == {Decimal(40_000_000_000)}

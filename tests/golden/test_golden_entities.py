"""The entity gate: F1 on span and kind, and accuracy of the ids, on our own sentences over several fields."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from extractors import packs
from extractors.entities import Candidate, EntityFinder
from extractors.models import load_nlp
from extractors.sentences import split

GOLD = Path(__file__).with_name("entities.jsonl")
FLOOR_F1 = 0.97
FLOOR_IDS = 0.98
_KIND: dict[str, str] = {
    "ORG": "organisation",
    "PERSON": "person",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "PRODUCT": "product",
}

Span = tuple[int, int, str]


def _f1(right: int, found: int, wanted: int) -> float:
    return 2 * right / (found + wanted) if found + wanted else 1.0


def _alone(candidates: tuple[Candidate, ...]) -> set[Span]:
    """The statistical model by itself, its labels mapped to our kinds."""
    return {(c.start, c.end, _KIND[c.label]) for c in candidates if c.label in _KIND}


@pytest.mark.models
def test_entities_reach_the_floor(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    finder, known = EntityFinder(packs.load()), {entity.id for entity in packs.load().entities}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    ids_right = ids_wanted = 0
    wrong: list[str] = []
    for row, candidates in zip(rows, load_nlp().candidates([row["text"] for row in rows]), strict=True):
        mentions = finder.find(row["text"], split(row["text"]), candidates)
        wanted = {(start, end, kind) for start, end, kind, _ in row["entities"]}
        found = {(m.start, m.end, m.kind) for m in mentions}
        for key in (row["field"], "all"):
            for place, number in enumerate((len(wanted & found), len(found), len(wanted), 0)):
                counts[key][place] += number
        for place, number in enumerate((len(wanted & _alone(candidates)), len(_alone(candidates)), len(wanted))):
            counts["model alone"][place] += number
        by_span = {(m.start, m.end): m.entity_id for m in mentions}
        for start, end, _, entity_id in row["entities"]:
            if entity_id in known or (start, end) in by_span:
                ids_wanted += 1
                ids_right += by_span.get((start, end)) == entity_id
        wrong += [f"{row['text'][a:b]!r} {kind}" for a, b, kind in sorted(wanted ^ found)]
    with capsys.disabled():
        print(f"\nentities, {len(rows)} texts: ids {ids_right / ids_wanted:.3f} of {ids_wanted}")
        for key, (right, found_, wanted_, _) in counts.items():
            print(f"  {key:12} F1 {_f1(right, found_, wanted_):.3f}  (right {right}, found {found_}, wanted {wanted_})")
        print("  differences: " + "; ".join(wrong))
    right, found_, wanted_, _ = counts["all"]
    assert _f1(right, found_, wanted_) >= FLOOR_F1
    assert ids_right / ids_wanted >= FLOOR_IDS

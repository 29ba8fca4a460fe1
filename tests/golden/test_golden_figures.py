"""The golden set of figures: sentences of our own over many fields, scored for value and unit, then for binding."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from extractors import packs, sentences
from extractors.figures.extract import FigureExtractor
from extractors.records import Figure, Mention

GOLDEN = Path(__file__).parent / "figures.jsonl"

FLOOR_VALUE_UNIT_F1 = 0.97
FLOOR_SUBJECT_METRIC = 0.93
FLOOR_SCOPE = 0.96


@dataclass
class Score:
    """Counts over the whole set."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    bound: int = 0
    scoped: int = 0
    scope_right: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.labelled + self.found)


@cache
def extractor() -> FigureExtractor:
    return FigureExtractor(packs.load())


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def mentions(row: dict[str, Any]) -> tuple[Mention, ...]:
    """Return every place where the row's names stand."""
    found: list[Mention] = []
    text: str = row["text"]
    for name, kind in row["mentions"]:
        start = text.find(name)
        while start >= 0:
            found.append(Mention(name.lower().replace(" ", "-"), name, kind, start, start + len(name), name))
            start = text.find(name, start + 1)
    longest = [m for m in found if not any(o is not m and o.start <= m.start and m.end <= o.end for o in found)]
    return tuple(sorted(longest, key=lambda m: m.start))


def read(row: dict[str, Any]) -> tuple[Figure, ...]:
    text = row["text"]
    return extractor().extract(text, sentences.split(text), mentions(row), None)


def same_value(figure: Figure, label: list[Any]) -> bool:
    want = Decimal(str(label[1]))
    return abs(figure.value - want) <= abs(want) * Decimal("1e-9")


def score() -> tuple[Score, list[str]]:
    """Return the counts, and one line for each label that was missed or bound wrongly."""
    total, wrong = Score(), list[str]()
    for row in rows():
        left = list(read(row))
        total.found += len(left)
        for label in row["figures"]:
            total.labelled += 1
            start = row["text"].index(label[0])
            near = [f for f in left if f.start < start + len(label[0]) and start < f.end]
            match = next((f for f in near if same_value(f, label) and f.unit == label[2]), None)
            if match is None:
                wrong.append(f"value/unit {label} got {[(f.quote, f.value, f.unit) for f in near]}: {row['text']}")
                continue
            left.remove(match)
            total.right += 1
            if (match.entity, match.metric) == (label[3], label[4]):
                total.bound += 1
            else:
                wrong.append(f"binding {label} got {(match.entity, match.metric)}: {row['text']}")
            if len(label) > 5:
                total.scoped += 1
                total.scope_right += match.scope == label[5]
                if match.scope != label[5]:
                    wrong.append(f"scope {label} got {match.scope!r}: {row['text']}")
        wrong.extend(f"extra {(f.quote, f.value, f.unit)}: {row['text']}" for f in left)
    return total, wrong


def test_golden_figures_do_not_get_worse() -> None:
    total, wrong = score()
    bound, scope = total.bound / total.labelled, total.scope_right / total.scoped
    report = f"{total.labelled} labels: value+unit F1 {total.f1:.3f}, subject+metric {bound:.3f}, scope {scope:.3f}"
    print("\n".join([report, *wrong]))
    assert total.f1 >= FLOOR_VALUE_UNIT_F1, report
    assert bound >= FLOOR_SUBJECT_METRIC, report
    assert scope >= FLOOR_SCOPE, report


def test_golden_set_covers_many_fields_and_negatives() -> None:
    fields = {row["field"] for row in rows()}
    assert len(fields - {"negative", "open"}) >= 8
    assert sum(row["field"] == "negative" for row in rows()) >= 10

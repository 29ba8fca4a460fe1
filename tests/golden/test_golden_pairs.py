"""The golden pairs: 250 pairs of reports in words of our own, scored for the contradictions found; floors are gated."""

from collections import Counter

import pytest

from tests.golden.pair_scores import Outcome, label_of, rows, run, table

FLOOR_PRECISION = 0.95
FLOOR_RECALL = 0.76


@pytest.fixture(scope="module")
def outcomes() -> tuple[Outcome, ...]:
    return run(rows())


def test_table(outcomes: tuple[Outcome, ...], capsys: pytest.CaptureFixture[str]) -> None:
    scores = table(outcomes)
    with capsys.disabled():
        print(f"\n{len(outcomes)} pairs: {'called a contradiction':<33} right said real  prec.  recall  F1")
        for score in scores:
            print(score)
        right = sum(label_of(outcome) == outcome.row["label"] for outcome in outcomes)
        print(f"the exact label: {right} of {len(outcomes)}")
    ours, *plain = scores
    assert ours.precision >= FLOOR_PRECISION
    assert ours.recall >= FLOOR_RECALL
    assert ours.f1 > max(score.f1 for score in plain)


def test_the_set_is_broad() -> None:
    pairs = rows()
    labels = Counter(pair["label"] for pair in pairs)
    assert len(pairs) >= 250
    assert len({pair["field"] for pair in pairs}) >= 10
    assert labels.keys() == {"agree", "rounding", "revised", "scope", "copied", "contradiction", "ambiguous", "none"}
    assert labels["contradiction"] >= len(pairs) / 3

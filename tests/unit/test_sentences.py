"""Sentence ends: what ends one, what does not, and that spans always lie in the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sentences import LONGEST, split
from tests.bounded import ends


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Treasury sold bonds worth $4.5 billion.",
        "Apple Inc. Chief Executive Tim Cook spoke.",
        "It is the No. 2 maker of GPUs in the world.",
        "Mr. Powell met Dr. Lagarde and Sen. Elizabeth Warren.",
        "J. K. Rowling and George W. Bush were there.",
        "The vote is on Sept. 11 or Jan. 3 at the latest.",
        "GLM-5.2 beats GLM-5.1 by 3.4 points on v2.1 of the test.",
        "“Will it last?” asked Chen.",
        "He arrived at 5 p.m. on Monday.",
        "Yahoo! said it would sell.",
        "It was, well ... odd, but it worked.",
        "1. Introduction to the method",
        "(2) Growth slowed. ".strip(),
        "Smith v. Jones was decided in 1999.",
        "See Fig. 3 and pp. 10 to 12 for the data.",
        "The Washington D.C. Circuit ruled.",
        "Costs fell (see vol. 2) last year.",
        "e.g. Paris and i.e. London",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose. Profit fell.", ["Sales rose.", "Profit fell."]),
        ("He left the U.S. The talks went on.", ["He left the U.S.", "The talks went on."]),
        ("It bought Acme Inc. It paid cash.", ["It bought Acme Inc.", "It paid cash."]),
        ("They met at 5 p.m. Nobody spoke.", ["They met at 5 p.m.", "Nobody spoke."]),
        ("“It is over.” She left.", ["“It is over.”", "She left."]),
        ('"It is over." "No," he said.', ['"It is over."', '"No," he said.']),
        ("Was it? Yes! Done…", ["Was it?", "Yes!", "Done…"]),
        ("It cost 5.2. Then 6.", ["It cost 5.2.", "Then 6."]),
        ("We use GLM-5.2. xAI uses Grok 4.", ["We use GLM-5.2.", "xAI uses Grok 4."]),
        ("Headline without a stop\n\nBody starts here.", ["Headline without a stop", "Body starts here."]),
        ("KARACHI:\nA model was released.", ["KARACHI:", "A model was released."]),
        ("- first point\n- second point\n• third", ["first point", "second point", "third"]),
        ("Today: • rates up • gold down", ["Today:", "rates up", "gold down"]),
        ("It fell 3%.[12] Then it rose.", ["It fell 3%.[12]", "Then it rose."]),
        ("(He had won.) The crowd cheered.", ["(He had won.)", "The crowd cheered."]),
        ("The answer was no. 2 of 3 agreed.", ["The answer was no. 2 of 3 agreed."]),
        ("营收增长。利润下降！", ["营收增长。", "利润下降！"]),
        ("The end came in Dec. Nobody noticed.", ["The end came in Dec.", "Nobody noticed."]),
    ],
)
def test_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_hard_wrapped_line_runs_on() -> None:
    text = "The regulator opened an inquiry into the merger of\nthe two exchanges on Friday."
    assert sentences(text) == [text]


@given(st.text(alphabet="aB .!?\n”\"'()•-1。U", max_size=200))
def test_spans_are_ordered_trimmed_and_lose_no_word(text: str) -> None:
    spans = split(text)
    for one, two in pairwise(spans):
        assert one.end <= two.start
    for span in spans:
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
    kept = "".join(text[s.start : s.end] for s in spans)
    assert sorted(c for c in kept if c in "aB1U") == sorted(c for c in text if c in "aB1U")


@pytest.mark.parametrize("unit", [".", "!?", "a.", "A. ", "“", "(" * 3, " \n", "1.", "\t", "[1]", ".[1", "• "])
def test_hostile_repeats_end(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    with ends():
        split(text)


def test_a_text_without_end_marks_is_cut_at_white_space() -> None:
    text = "word " * 3000
    spans = split(text)
    assert all(span.end - span.start <= LONGEST for span in spans)
    assert "".join(sentences(text)).replace(" ", "") == "word" * 3000

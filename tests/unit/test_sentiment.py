"""Tone toward targets: roles, directions, negation, contrast, speakers; and what an article's rows look like."""

import re

import pytest

from extractors.packs import load
from extractors.records import Mention, Sentiment
from extractors.sentences import split
from extractors.sentiment import SentimentScorer, label_of
from tests.bounded import ends

SCORER = SentimentScorer(load())


def rows(text: str, *names: str) -> dict[str, Sentiment]:
    mentions = [
        Mention(name.lower(), name, "company", found.start(), found.end(), name)
        for name in names
        for found in re.finditer(rf"\b{re.escape(name)}\b", text)
    ]
    found = SCORER.score(text, split(text), mentions)
    for row in found:
        assert text[row.start : row.end] == row.evidence
        assert -1 <= row.score <= 1
        assert row.label == label_of(row.score)
        assert row.method == "lexicon"
    return {row.entity_id: row for row in found}


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("Arbor outperforms Birch on every coding test.", "Arbor", "Birch"),
        ("Arbor trails Birch in the rankings.", "Birch", "Arbor"),
        ("Arbor was beaten by Birch.", "Birch", "Arbor"),
        ("Arbor beat estimates while Birch missed expectations.", "Arbor", "Birch"),
        ("Shares of Arbor surged, but Birch plunged 9 percent.", "Arbor", "Birch"),
        ("Losses at Arbor narrowed; costs at Birch rose.", "Arbor", "Birch"),
    ],
)
def test_both_sides_get_their_own_tone(text: str, good: str, bad: str) -> None:
    found = rows(text, "Arbor", "Birch")
    assert found[good.lower()].label == "positive"
    assert found[bad.lower()].label == "negative"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The fund cut its stake in Arbor.", "negative"),
        ("The fund raised its stake in Arbor.", "positive"),
        ("The broker says Arbor is overvalued at 94x revenue.", "negative"),
        ("Arbor shares hit a record high.", "positive"),
        ("Arbor raised its guidance.", "positive"),
        ("Arbor has not been successful.", "negative"),
        ("The regulator fined Arbor over a data breach.", "negative"),
        ("Analysts upgraded Arbor.", "positive"),
        ("Arbor moved its office to Lyon in 2019.", "neutral"),
    ],
)
def test_finance_reads_right(text: str, label: str) -> None:
    assert rows(text, "Arbor")["arbor"].label == label


def test_what_a_speaker_says_of_another_is_not_about_the_speaker() -> None:
    found = rows("Halden warns Arbor is overvalued and risky.", "Halden", "Arbor")
    assert abs(found["halden"].score) < abs(found["arbor"].score)
    assert found["arbor"].label == "negative"


def test_what_is_conceded_counts_less() -> None:
    found = rows("Despite record profit, Arbor faces a probe.", "Arbor")
    assert found["arbor"].label == "negative"


def test_a_list_shares_its_tone() -> None:
    found = rows("Arbor, Birch and Cedar surged.", "Arbor", "Birch", "Cedar")
    assert found["arbor"].score == found["birch"].score == found["cedar"].score > 0


def test_evidence_is_the_sentence_that_weighs_most() -> None:
    text = "Arbor opened an office. Arbor shares soared to a record high. Arbor has 40 staff."
    assert rows(text, "Arbor")["arbor"].evidence == "Arbor shares soared to a record high."


def test_the_whole_article_has_one_row_and_comes_first() -> None:
    text = "Arbor shares surged. The outlook is bright."
    found = SCORER.score(text, split(text), [])
    assert [(row.entity_id, row.entity) for row in found] == [("", "")]
    assert found[0].label == "positive"


def test_yardsticks_are_no_targets() -> None:
    text = "The Oak Index is terrible."
    place = Mention("oak", "Oak Index", "benchmark", 4, 13, "Oak Index")
    assert [row.entity_id for row in SCORER.score(text, split(text), [place])] == [""]


def test_an_empty_text_has_no_rows() -> None:
    assert SCORER.score("", (), ()) == ()


def test_the_pack_is_large_and_consistent() -> None:
    terms = load().tone
    forms = [form for term in terms for form in term.forms]
    assert len(terms) >= 400
    assert sorted(forms) == sorted(set(forms))


@pytest.mark.parametrize("unit", ["not ", "losses fell ", "Arbor, ", "very bad "])
def test_long_hostile_text_ends(unit: str) -> None:
    with ends():
        rows(unit * (32_000 // len(unit)), "Arbor")

"""Claims: quotes, reported speech, speakers and their resolution, on sentences with hand-made mentions."""

import re
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from extractors.claims import ClaimExtractor
from extractors.packs import load
from extractors.records import Claim, EntityKind, Mention
from extractors.sentences import split
from tests.bounded import ends

PUBLISHED = datetime(2026, 6, 20, tzinfo=UTC)
EXTRACTOR = ClaimExtractor(load())


def mention(text: str, name: str, kind: str, entity_id: str = "") -> list[Mention]:
    assert kind in get_args(EntityKind)
    return [
        Mention(entity_id or name.lower(), name, kind, found.start(), found.end(), found.group())  # type: ignore[arg-type]
        for found in re.finditer(rf"\b{re.escape(name)}\b", text)
    ]


def claims(text: str, **entities: str) -> tuple[Claim, ...]:
    mentions = [found for name, kind in entities.items() for found in mention(text, name.replace("_", " "), kind)]
    mentions.sort(key=lambda found: found.start)
    found = EXTRACTOR.extract(text, split(text), mentions, PUBLISHED)
    for claim in found:
        assert text[claim.start : claim.end] == claim.quote
        assert claim.quote in text
        assert claim.sentence in text
    return found


def test_a_quote_keeps_its_exact_words() -> None:
    (claim,) = claims("“We will not sell the mine,” said Orla Finn on Monday.", Orla_Finn="person")
    assert claim.quote == "We will not sell the mine"
    assert (claim.speaker_id, claim.kind, claim.polarity) == ("orla finn", "plan", -1)
    assert claim.sentence.endswith("on Monday.")


def test_a_quote_may_run_over_sentences_and_go_on_after_its_speaker() -> None:
    text = '"The dam held. Nobody was hurt," Finn said. "We were lucky that night."'
    first, second = claims(text, Finn="person")
    assert first.quote == "The dam held. Nobody was hurt"
    assert second.quote == "We were lucky that night."
    assert {first.speaker_id, second.speaker_id} == {"finn"}


def test_a_scare_quote_is_no_claim() -> None:
    assert claims("The so-called “free lunch offer” ended in May.") == ()


def test_a_pronoun_is_the_person_who_spoke_last() -> None:
    text = "Finn met Ruiz in Rome. Finn said the talks went well. He added that a deal was near."
    _, second = claims(text, Finn="person", Ruiz="person")
    assert second.speaker == "Finn"


def test_it_and_the_company_are_the_company_named_before() -> None:
    text = "Meridian opened a plant. The company said output doubled. It expects sales to rise by mid-2027."
    first, second = claims(text, Meridian="company")
    assert (first.speaker, first.speaker_id) == ("The company", "meridian")
    assert (second.speaker_id, second.kind, second.due_on) == ("meridian", "forecast", date(2027, 6, 30))


def test_an_apposition_does_not_hide_the_speaker() -> None:
    (claim,) = claims("Orla Finn, who runs the port, said trade had slowed.", Orla_Finn="person")
    assert claim.speaker == "Orla Finn"
    assert claim.quote == "trade had slowed"


def test_expectation_inside_speech_is_the_speakers_forecast() -> None:
    text = "Finn wrote on Tuesday that she expects the port to reopen early next year."
    (claim,) = claims(text, Finn="person")
    assert (claim.verb, claim.kind, claim.due_on) == ("expects", "forecast", date(2027, 3, 31))


def test_about_is_the_entity_other_than_the_speaker() -> None:
    (claim,) = claims("Halden warned that Meridian is overvalued.", Halden="company", Meridian="company")
    assert (claim.speaker_id, claim.about_id, claim.kind) == ("halden", "meridian", "opinion")
    (claim,) = claims("Halden warns the stock is overvalued at 94x forward revenue", Halden="company")
    assert (claim.about, claim.about_id) == ("the stock", "")


def test_a_denial_turns_the_polarity() -> None:
    (claim,) = claims("Meridian denied that it had sold the data.", Meridian="company")
    assert (claim.kind, claim.polarity, claim.verb) == ("denial", -1, "denied")


def test_two_speakers_in_one_sentence_keep_apart() -> None:
    text = "Finn said the bridge was safe, while Ruiz warned that it could fall."
    first, second = claims(text, Finn="person", Ruiz="person")
    assert (first.speaker_id, first.quote) == ("finn", "the bridge was safe")
    assert (second.speaker_id, second.kind) == ("ruiz", "forecast")


@pytest.mark.parametrize(
    "text",
    [
        "Its plans to expand were dropped.",
        "The model is expected to ship in May.",
        "Meridian did not say when the plant would close.",
        "The report was published on Friday.",
        "Sales grew because prices fell.",
        "They plan, as we said, nothing.",
        "",
    ],
)
def test_no_speaker_no_claim(text: str) -> None:
    assert claims(text, Meridian="company") == ()


def test_a_product_does_not_speak() -> None:
    assert claims("Corvid 3 shows that small models can plan.", Corvid_3="model") == ()


def test_every_reporting_verb_has_one_meaning() -> None:
    rows = load().reporting
    forms = [form for row in rows for form in row.forms]
    assert len(rows) >= 60
    assert sorted(forms) == sorted(set(forms))


@pytest.mark.parametrize("unit", ["said ", '"', "“", "' ", "said, ", "he said that ", "( ", "according to ", ", and "])
def test_long_hostile_text_ends(unit: str) -> None:
    text = unit * (64_000 // len(unit))
    with ends():
        EXTRACTOR.extract(text, split(text), [], PUBLISHED)

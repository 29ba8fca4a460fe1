"""Binding figures: one construction per test, with names of our own; the golden sets hold the breadth."""

import random
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import packs, sentences
from extractors.figures.extract import FigureExtractor, confidence
from extractors.records import Figure, Mention
from tests.bounded import ends

KINDS = {
    "Aquila 3": "model",
    "Boreal 2": "model",
    "Northlight": "company",
    "Tarn": "company",
    "Corvid": "company",
    "Brandt": "company",
    "Valdoria": "place",
    "CodeArena": "benchmark",
    "MathBoard": "benchmark",
    "Maria Lund": "person",
}


@cache
def extractor() -> FigureExtractor:
    return FigureExtractor(packs.load())


def read(text: str, published: datetime | None = None) -> tuple[Figure, ...]:
    found = [
        Mention(name.lower().replace(" ", "-"), name, kind, at, at + len(name), name)  # type: ignore[arg-type]
        for name, kind in KINDS.items()
        for at in range(len(text))
        if text.startswith(name, at)
    ]
    return extractor().extract(text, sentences.split(text), tuple(sorted(found, key=lambda m: m.start)), published)


def only(text: str) -> Figure:
    found = read(text)
    assert len(found) == 1, [f.quote for f in found]
    return found[0]


def test_total_and_active_parameters_are_kept_apart() -> None:
    total, active = read("Brandt reports a total of 210 billion parameters and 18 billion active ones for Aquila 3.")
    assert (total.metric, active.metric) == ("parameters.total", "parameters.active")


def test_the_spec_sheet_stands_for_its_publisher() -> None:
    text = "According to the model card published by Northlight, Aquila 3 has a context window of 1 million tokens. "
    _, parameters = read(text + "The spec sheet lists 210 billion parameters.")
    assert (parameters.attributed_to, parameters.entity) == ("Northlight", "Aquila 3")


def test_numbers_in_brackets_belong_to_the_names_before_them() -> None:
    found = read("Aquila 3 needs 18,000 tokens per task. This is more than Boreal 2 (12,500).")
    assert [(f.entity, f.metric, f.unit) for f in found] == [
        ("Aquila 3", "tokens_per_task", "tokens"),
        ("Boreal 2", "tokens_per_task", "tokens"),
    ]


def test_two_scores_in_brackets_take_the_boards_in_order() -> None:
    text = "Aquila 3 scores 62.1 on CodeArena and 81.0 on MathBoard, just below Boreal 2 (69.2 and 85.0)."
    assert [f.scope for f in read(text)] == ["CodeArena", "MathBoard", "CodeArena", "MathBoard"]


def test_a_pair_of_token_prices_is_input_and_output() -> None:
    first, second = read("Aquila 3 is priced at 10/50 per million tokens.")
    assert (first.metric, second.metric) == ("price.input", "price.output")


def test_the_model_means_the_model_of_the_sentence_before() -> None:
    assert read("Northlight unveiled Aquila 3. The model ranked fourth in coding.")[0].entity == "Aquila 3"


def test_a_figure_of_no_named_thing_has_no_entity() -> None:
    found = read("Aquila 3 is out. Aquila 3 is large. Elsewhere, another lab trained a 1B-parameter base model.")
    assert [f.entity for f in found if f.metric == "parameters.total"] == [""]


def test_the_place_of_a_company_is_scoped_by_its_class() -> None:
    assert only("This makes Northlight the third leading AI lab globally.").scope == "ai labs"


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Tarn expects revenue of $18 billion.", "forecast"),
        ("Tarn denied that revenue was $18 billion.", "denied"),
        ("If sales recover, revenue at Tarn could reach $18 billion.", "hypothetical"),
        ("Revenue at Tarn was $18 billion.", "asserted"),
    ],
)
def test_modality(text: str, modality: str) -> None:
    assert only(text).modality == modality


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("According to Brandt, revenue at Tarn was $18 billion.", "Brandt"),
        ("Revenue at Tarn was $18 billion, Maria Lund said.", "Maria Lund"),
        ("Hargreave analysts said revenue at Tarn was $18 billion.", "Hargreave"),
        ("A survey by Brandt suggests that 60% of firms will hire.", "Brandt"),
        ("Officials said revenue at Tarn was $18 billion.", "officials"),
        ("Revenue at Tarn was $18 billion.", ""),
    ],
)
def test_attribution(text: str, source: str) -> None:
    assert only(text).attributed_to == source


def test_a_change_is_no_level() -> None:
    change, level = read("Emissions in Valdoria fell 4 percent to 310 million tonnes.")
    assert (change.metric, level.metric) == ("emissions.change", "emissions")


def test_an_earlier_level_is_another_moment() -> None:
    now, before = read("The unemployment rate in Valdoria rose to 5.2 percent from 4.9 percent.")
    assert (now.scope, before.scope) == ("", "earlier")


def test_dates_of_figures() -> None:
    published = datetime(2026, 5, 8, 12, tzinfo=UTC)  # a Friday
    (figure,) = read("The death toll in Valdoria rose to 41 on Tuesday.", published)
    assert figure.as_of == date(2026, 5, 5)
    (target,) = read("Tarn targets revenue of $9 billion by end-2027.", published)
    assert (target.as_of, target.scope) == (date(2027, 12, 31), "end-2027")


def test_what_no_pack_names_is_open() -> None:
    assert only("The museum bought 63 paintings.").metric == "open:paintings"


def test_more_evidence_means_more_confidence() -> None:
    assert confidence("noun", "subject", attributed=True) > confidence("cue", "topic", attributed=False)
    assert confidence("open", "", attributed=False) < 0.2


_PARTS = st.sampled_from([
    "Aquila 3", "Tarn", "$1.40", "744B", "third", "(", ")", "/", "and", "per million tokens", "which", "12%", "from",
    "to", ",", ".", "\n", "“", "’s", "parameters", "said", "according to", "in 2025", "–", "million", "1,418", "if",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PARTS, max_size=40).map(" ".join))
def test_every_quote_is_its_place_in_the_text(text: str) -> None:
    for figure in read(text):
        assert text[figure.start : figure.end] == figure.quote
        assert figure.low <= figure.value <= figure.high
        assert 0 <= figure.confidence < 1
        assert figure.quote in figure.sentence


def test_a_table_without_a_full_stop_ends() -> None:
    rows = 1_000
    text = "Tarn 41 percent revenue of $5 million for Aquila 3 (24,000) / 17 which said " * rows
    mentions = tuple(
        Mention("tarn", "Tarn", "company", at, at + 4, "Tarn") for at in range(0, len(text), len(text) // rows)
    )
    with ends():
        assert len(extractor().extract(text, sentences.split(text), mentions, None)) > rows


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("VALDORIA - A magnitude 6 quake struck on Monday, Tarn said.", ""),
        ("MARIA LUND - Shares of Tarn fell 4 percent.", "Tarn"),
        ("Maria Lund said that Aquila 3 has 210 billion parameters.", "Aquila 3"),
        ("Revenue in the third quarter came to $3.2 billion at Tarn.", "Tarn"),
    ],
)
def test_who_a_number_is_about(text: str, entity: str) -> None:
    assert read(text)[-1].entity == entity


def test_a_counted_noun_excludes_the_metric_of_another() -> None:
    patients, countries = read("The trial of Aquila 3 enrolled 2,140 patients in eleven countries.")
    assert (patients.metric, countries.metric) == ("participants", "open:countries")
    assert only("One patient left the study.").metric.startswith("open:patient")


def test_a_part_is_no_total() -> None:
    total, part = read("The quake killed 67 people in Valdoria. Twelve of them lived near Tarn.")
    assert (total.metric, total.scope) == ("deaths", "")
    assert (part.metric, part.scope) != ("deaths", "")


def test_up_from_names_the_earlier_value_of_the_same_metric() -> None:
    now, before = read("Aquila 3 will cost $2.1 billion, up from the $1.9 billion in the papers of last week.")
    assert (now.metric, now.scope, before.metric, before.scope) == ("price", "", "price", "earlier")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            "Tarn's profit was $462 million, according to the accounts, less than most analysts had hoped for.",
            "accounts",
        ),
        ("The quake killed 41 people, the interior ministry of Valdoria said.", "interior ministry"),
        ("Profit was $5 million, according to market researcher Brandt.", "Brandt"),
        ("Tarn will cost $2.1 billion, the council's latest estimate says.", "council"),
    ],
)
def test_sources_that_only_a_noun_names(text: str, source: str) -> None:
    assert only(text).attributed_to == source


@pytest.mark.parametrize(
    "text",
    ["Buy a better one first.", "They came at half past seven.", "The number 7 bus is late.", "We met Aquila 3 there."],
)
def test_numbers_that_state_nothing(text: str) -> None:
    assert read(text) == ()


def test_a_user_corrects_a_reading_by_a_pack_line(tmp_path: Path) -> None:
    text = "Tarn made 41 million picks last year."
    assert only(text).metric == "open:picks"
    pack = tmp_path / "mine.toml"
    pack.write_text(
        'pack = "mine"\n[[metrics]]\nid = "picks"\nlabel = "Picks"\ndimension = "count"\n'
        'units = ["count"]\ncues = ["picks"]\n'
    )
    own = FigureExtractor(packs.load([pack]))
    mention = Mention("tarn", "Tarn", "company", 0, 4, "Tarn")
    (figure,) = own.extract(text, sentences.split(text), (mention,), None)
    assert (figure.metric, figure.entity) == ("picks", "Tarn")


_SENTENCES = [
    "Aquila 3 scores 62.1 on CodeArena and 81.0 on MathBoard, just below Boreal 2 (69.2 and 85.0).",
    "Tarn's profit was $462 million, according to the accounts, down from $1.40 / $4.40 a year earlier.",
    "Of the 88 dead, 31 were children; twelve of them lived in Valdoria, a fifth more than in 2019.",
    "VALDORIA - Shares in Tarn fell between 4 and 6 percent to HK$1,418, twice as much as Corvid's.",
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_sentences_keep_the_invariants(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_SENTENCES))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        width = data.draw(st.integers(0, 6))
        text = text[:at] + data.draw(st.text(alphabet="0123456789.,-/ %$€()\n'’aTof", max_size=5)) + text[at + width :]
    for figure in read(text):
        assert text[figure.start : figure.end] == figure.quote
        assert figure.low <= figure.value <= figure.high


def test_digits_dots_and_commas_end() -> None:
    text = "".join(random.Random(3).choices("0123456789.,", k=400_000))
    with ends():
        extractor().extract(text, sentences.split(text), (), None)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Orla Foods said on Tuesday it would close 14 plants.", "forecast"),
        ("The council announced that the line would cost $310 million.", "forecast"),
        ("A wider line would cost $310 million.", "hypothetical"),
        ("If it rained, the minister said, the line would cost $310 million.", "hypothetical"),
    ],
)
def test_would_in_reported_speech_is_a_forecast(text: str, modality: str) -> None:
    assert [figure.modality for figure in read(text)] == [modality]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Orla Foods, based in Denver, reported revenue of $40 million.", False),
        ("Orla Foods reported revenue of $40 million in Denver.", True),
        ("Orla Foods reported revenue of $40 million in the Netherlands.", True),
    ],
)
def test_a_companys_seat_is_no_scope(text: str, region: bool) -> None:
    place = "Denver" if "Denver" in text else "Netherlands"
    at = text.index(place)
    named = (
        Mention("orla-foods", "Orla Foods", "company", 0, 10, "Orla Foods"),
        Mention(place.lower(), place, "place", at, at + len(place), place),
    )
    (figure,) = extractor().extract(text, sentences.split(text), named, None)
    assert (place in figure.scope) is region

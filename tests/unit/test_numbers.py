"""What is a figure in a sentence: value, unit, bound, kind and span; and what is none."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.figures.numbers import quantities
from extractors.figures.units import UnitTable
from extractors.packs import load
from extractors.records import Quantity
from tests.bounded import ends

UNITS = UnitTable(load().units)


def found(text: str) -> list[tuple[str, float, str]]:
    return [(item.quote, float(item.value), item.unit) for item in quantities(text, UNITS)]


def only(text: str) -> Quantity:
    items = quantities(text, UNITS)
    assert len(items) == 1, [item.quote for item in items]
    return items[0]


PRICES_AND_MONEY = [
    ("It costs $2.10 per million input tokens.", [("$2.10 per million input tokens", 2.1, "USD/1M tokens")]),
    ("The list price is $0.15/1M tokens.", [("$0.15/1M tokens", 0.15, "USD/1M tokens")]),
    ("It charges $2 / M for text.", [("$2 / M", 2, "USD/1M tokens")]),
    (
        "It is sold at 12/48 per million tokens; the older one was 20/80.",
        [
            ("12", 12, "USD/1M tokens"),
            ("48", 48, "USD/1M tokens"),
            ("20", 20, "USD/1M tokens"),
            ("80", 80, "USD/1M tokens"),
        ],
    ),
    (
        "They ask $8 per million tokens for input and $24 for output.",
        [("$8 per million tokens", 8, "USD/1M tokens"), ("$24", 24, "USD/1M tokens")],
    ),
    ("Crude closed at $71.30 a barrel.", [("$71.30 a barrel", 71.3, "USD/barrel")]),
    ("Profit was $6.7 billion a year earlier.", [("$6.7 billion", 6.7e9, "USD")]),
    ("The loan is worth HK$5.4m.", [("HK$5.4m", 5.4e6, "HKD")]),
    ("Sales reached GBP 3.2bn and €1,200.", [("GBP 3.2bn", 3.2e9, "GBP"), ("€1,200", 1200, "EUR")]),
    ("It raised RMB 300m, or 41 million dollars.", [("RMB 300m", 3e8, "CNY"), ("41 million dollars", 4.1e7, "USD")]),
    ("The state owes Rs 2.5 lakh crore.", [("Rs 2.5 lakh crore", 2.5e12, "INR")]),
    (
        "He paid 92 million yuan and 3 trillion yen.",
        [("92 million yuan", 9.2e7, "CNY"), ("3 trillion yen", 3e12, "JPY")],
    ),
    ("The bridge cost 250 million pounds.", [("250 million pounds", 2.5e8, "GBP")]),
    ("The deficit was $-20.4bn.", [("$-20.4bn", -2.04e10, "USD")]),
    ("Shares fell to 63 cents.", [("63 cents", 0.63, "USD")]),
]

MODELS = [
    ("The model has 744B total parameters.", [("744B total parameters", 7.44e11, "parameters")]),
    (
        "It holds 900B total / 55B activated.",
        [("900B total", 9e11, "parameters"), ("55B activated", 5.5e10, "parameters")],
    ),
    ("Of these, 40 billion active ones are used.", [("40 billion active", 4e10, "parameters")]),
    ("The site has 3 billion active users.", [("3 billion", 3e9, "count")]),
    ("It is a 744 billion-parameter system.", [("744 billion-parameter", 7.44e11, "parameters")]),
    ("A 1-million-token context window helps.", [("1-million-token", 1e6, "tokens")]),
    ("It has a 128K context window.", [("128K context window", 128000, "tokens")]),
    ("It wrote 51,000 output tokens per task.", [("51,000 output tokens per task", 51000, "tokens")]),
    ("It runs at 200 tokens per second.", [("200 tokens per second", 200, "tokens/s")]),
    ("It leads with 2,214 Elo points.", [("2,214 Elo points", 2214, "elo")]),
    ("The chip has 80 GB of memory.", [("80 GB", 8e10, "bytes")]),
]

SHARED = [
    ("ahead of Alpha-M3 on 2,214 and Beta on 2,105", [("2,214", 2214, "count"), ("2,105", 2105, "count")]),
    ("more than Gamma (21,000) and Delta K2 (38,000)", [("21,000", 21000, "count"), ("38,000", 38000, "count")]),
    ("a step under Opus 4.8 (58.7 and 91.0)", [("58.7", 58.7, "count"), ("91.0", 91, "count")]),
    ("It pays about 8 or $9 an hour.", [("about 8", 8, "USD/h"), ("$9 an hour", 9, "USD/h")]),
    ("Rates of 12 and 15 percent were named.", [("12", 12, "percent"), ("15 percent", 15, "percent")]),
    ("Turnout rose from 12 to 15 percent.", [("12", 12, "percent"), ("15 percent", 15, "percent")]),
    ("The vote was 62 to 58.", [("62", 62, "count"), ("58", 58, "count")]),
]

WORDS = [
    ("Some forty-two thousand votes were lost.", [("Some forty-two thousand", 42000, "count")]),
    ("They lost half a million homes.", [("half a million", 500000, "count")]),
    ("It took two and a half years.", [("two and a half years", 2.5, "year")]),
    ("They waited half an hour.", [("half an hour", 0.5, "h")]),
    ("It adds 1/2 pound of butter.", [("1/2 pound", 0.226796185, "kg")]),
    ("One in five adults smoke.", [("One in five", 0.2, "ratio")]),
    ("It costs one-tenth of that.", [("one-tenth", 0.1, "ratio")]),
    ("A quarter of the seats are empty.", [("A quarter", 0.25, "ratio")]),
    ("Two-thirds of voters agreed.", [("Two-thirds", 2 / 3, "ratio")]),
    ("It trades at 94 times sales, or 94x.", [("94 times", 94, "ratio"), ("94x", 94, "ratio")]),
    ("Exports grew sixfold.", [("sixfold", 6, "ratio")]),
    ("Dozens of people fled.", [("Dozens", 12, "count")]),
    ("It hit hundreds of thousands of homes.", [("hundreds of thousands", 100000, "count")]),
]

PHYSICAL = [
    ("A 7.2-magnitude quake struck.", [("7.2-magnitude", 7.2, "magnitude")]),
    ("A magnitude 6.1 tremor followed.", [("magnitude 6.1", 6.1, "magnitude")]),
    ("It shipped 1.2m tonnes of grain.", [("1.2m tonnes", 1.2e9, "kg")]),
    ("He won the 100m race.", [("100m", 100, "m")]),
    ("It drew 2.5m people.", [("2.5m people", 2.5e6, "people")]),
    ("The plant makes 550 megawatts.", [("550 megawatts", 5.5e8, "W")]),
    ("It fell to -12°C, or minus 5C by the sea.", [("-12°C", -12, "degC"), ("minus 5C", -5, "degC")]),
    ("It moves at 90 km/h.", [("90 km/h", 25, "m/s")]),
    ("The chip is made at 3nm.", [("3nm", 3e-9, "m")]),
    ("The boy is an 11-year-old.", [("11-year-old", 11, "year")]),
    ("They had three more years.", [("three more years", 3, "year")]),
    ("Rates were cut by 25 basis points.", [("25 basis points", 0.25, "points")]),
    ("It rose 3.4 percentage points.", [("3.4 percentage points", 3.4, "points")]),
]


@pytest.mark.parametrize(("text", "expected"), PRICES_AND_MONEY + MODELS + SHARED + WORDS + PHYSICAL)
def test_value_unit_and_span(text: str, expected: list[tuple[str, float, str]]) -> None:
    got = found(text)
    assert [(quote, unit) for quote, _, unit in got] == [(quote, unit) for quote, _, unit in expected]
    assert [value for _, value, _ in got] == pytest.approx([value for _, value, _ in expected])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The model ranked fourth in speed and second in thrift.", [("fourth", 4), ("second", 2)]),
        ("It ranks third globally.", [("third", 3)]),
        ("It is the third leading lab.", [("third", 3)]),
        ("It took fifth place.", [("fifth place", 5)]),
        ("It holds the No. 2 spot, after the #1 city.", [("No. 2", 2), ("#1", 1)]),
        ("She finished third.", [("third", 3)]),
        ("Profits rose in the third quarter for the second time; in the first place, costs fell.", []),
        ("On the third day of the first half, a second option was named.", []),
        ("Flight No. 2 left 10 Downing Street.", []),
    ],
)
def test_ranks_only_where_the_wording_is_about_standing(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(quote, value) for quote, value, unit in found(text) if unit == "rank"] == expected


def test_a_top_n_is_at_most_n() -> None:
    item = only("It is among the world's top three.")
    assert (item.quote, item.bound, item.low, item.value, item.high) == ("top three", "at_most", 1, 3, 3)


@pytest.mark.parametrize(
    "text",
    [
        "GPT-5.6, Opus 4.7 and 4.8, GLM-5/5.1/5.2, V3, M2 and H100 were compared.",
        "He flew a Boeing 737 with an iPhone 17 and Windows 11 on board.",
        "COVID-19, the G20, Q3 and FY2025 came up in 2026.",
        "1. First item\n2) Second item\n3\n",
        "At 5:30 pm, at 11 a.m. and at 8 p.m. ET on 12 June 2026 and Aug. 14.",
        "Call 555-123-4567 or +44 20 7946 0958, ref 978-3-16-148410-0.",
        "Dated 2026-11-22, 11/22/2026; see https://example.org/2024/12 and 192.168.1.1.",
        "A 2-1 win in a 24/7 town in the 1970s, and 9/11 families.",
        "See chapter 3, section 4.2, room 101 and article 5.",
        "The five-seat car has a six-speed box and 1080p video on 5G.",
        "They called 911 from 14 Harbour Mill Road.",
        "No one asked; at one point, one day, the Group of Seven met the two.",
        "Releases glm-4.1 and later glm 5 are out.",
    ],
)
def test_no_figures(text: str) -> None:
    assert [quote for quote, _, _ in found(text)] == []


@pytest.mark.parametrize(
    ("text", "quote", "bound", "low", "high"),
    [
        ("It took around six months.", "around six months", "about", 5.5, 6.5),
        ("It trades at roughly 18 times sales.", "roughly 18 times", "about", 17.1, 18.9),
        ("It weighed nearly 70kg.", "nearly 70kg", "about", 66.5, 70),
        ("It hired just over 3,000 workers.", "just over 3,000", "about", 3000, 3150),
        ("It makes about 50+ machines.", "about 50+", "at_least", 50, 500),
        ("It employs more than 800 staff.", "more than 800", "at_least", 800, 8000),
        ("The price more than doubled.", "more than doubled", "at_least", 2, 20),
        ("It seats up to 400 people.", "up to 400 people", "at_most", 0, 400),
        ("Fewer than 20 staff came.", "Fewer than 20", "at_most", 0, 20),
        ("It spans 30-50B in size.", "30-50B", "range", 3e10, 5e10),
        ("It is a 3-5x gain.", "3-5x", "range", 3, 5),
        ("Between 4 and 6 people came.", "4 and 6 people", "range", 4, 6),
        ("It costs US$5-7 million.", "US$5-7 million", "range", 5e6, 7e6),
        ("It takes three or four years.", "three or four years", "range", 3, 4),
        ("Guidance is $41 to $43 billion.", "$41 to $43 billion", "range", 41e9, 43e9),
        ("It is exactly 43.", "43", "exact", 43, 43),
    ],
)
def test_hedges_and_ranges(text: str, quote: str, bound: str, low: float, high: float) -> None:
    item = only(text)
    assert (item.quote, item.bound) == (quote, bound)
    assert (float(item.low), float(item.high)) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("It needs 30 fishing boats by spring.", "fishing boats"),
        ("Two of the smaller mosques closed.", "smaller mosques"),
        ("It sold 2.7m combined digital and physical copies.", "combined digital and physical copies"),
        ("There is one solution that works.", "solution"),
        ("The 24-page report is out.", "page"),
        ("It scored 62.1 on the test.", ""),
    ],
)
def test_counted_noun(text: str, noun: str) -> None:
    item = only(text)
    assert item.noun == noun
    assert not noun or text[: item.noun_end].lower().endswith(noun)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("It has 744B parameters.", "1e9"),
        ("It scored 69.2.", "0.1"),
        ("It used 43,000 of them.", "1000"),
        ("It is 85.0.", "0.1"),
    ],
)
def test_step_is_the_last_stated_digit(text: str, step: str) -> None:
    assert only(text).step == Decimal(step)


PIECES = st.sampled_from(
    (
        *"$€%#()/-–.,:'+½٣x\n", "1", "2.5", "1,000", "30-50", "B", "m", "bn", "million", "percent", "one", "two-thirds",
        "half", "third", "top", "No.", "to", "from", "between", "and", "or", "about", "more than", "per", "tokens", "a",
        "year", "old", "GPT-5.6", "Opus 4.8", "in", "2026", "US$", "minus", "people", "12", "of",
    )
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_invariants_on_any_text(text: str) -> None:
    reached = 0
    for item in quantities(text, UNITS):
        assert text[item.start : item.end] == item.quote != ""
        assert item.start >= reached
        reached = item.end
        assert item.low <= item.value <= item.high
        assert item.step > 0
        assert item.unit
        assert (item.noun_end == -1) == (item.noun == "")


@pytest.mark.parametrize("alphabet", ["0123456789.,", "1.", "1,", "1", "1/", "1-", "-", "$", "123,"])
def test_hostile_text_ends(alphabet: str) -> None:
    draw = random.Random(7)
    text = (
        "".join(draw.choice(alphabet) for _ in range(2**20))
        if len(alphabet) > 4
        else alphabet * (2**20 // len(alphabet))
    )
    with ends():
        quantities(text, UNITS)

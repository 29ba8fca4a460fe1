from decimal import Decimal

import pytest

from reports.numbers import metric_words, relative_change, shown, signed


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (744e9, "parameters", "744B parameters"),
        (1e6, "tokens", "1M tokens"),
        (43000.0, "tokens", "43,000 tokens"),
        (1.4, "USD/1M tokens", "$1.40 / 1M tokens"),
        (10.0, "USD/1M tokens", "$10 / 1M tokens"),
        (3.24e9, "USD", "$3.24B"),
        (87_830_000.0, "USD", "$87.83M"),
        (1_234_567.0, "USD", "$1,234,567"),
        (-410e6, "EUR", "-€410M"),
        (0.005, "GBP", "£0.005"),
        (5e9, "CHF", "CHF 5B"),
        (5.0, "rank", "5th"),
        (1.0, "rank", "1st"),
        (11.0, "rank", "11th"),
        (112.0, "rank", "112th"),
        (23.0, "rank", "23rd"),
        (12.53, "percent", "12.53%"),
        (94.0, "ratio", "94x"),
        (6.0, "month", "6 months"),
        (1.0, "year", "1 year"),
        (1524.0, "elo", "1,524 Elo"),
        (67.0, "people", "67 people"),
        (1.0, "people", "1 person"),
        (2140.0, "count", "2,140"),
        (6.9, "magnitude", "6.9"),
        (14000.0, "m", "14 km"),
        (744.0, "m", "744 m"),
        (0.1, "ratio", "0.1x"),
        (0.1 + 0.2, "ratio", "0.30000000000000004x"),
        (1e15, "USD", "$1,000T"),
        (1e-7, "m", "0.0000001 m"),
        (0.0, "USD", "$0"),
        (3.0, "K", "3 K"),
    ],
)
def test_values_read_as_people_write_them(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text
    assert shown(Decimal(repr(value)), unit) == text


@pytest.mark.parametrize(
    ("bound", "text"),
    [("about", "about 744B parameters"), ("at_least", "at least 744B parameters"), ("exact", "744B parameters")],
)
def test_bound_is_said(bound: str, text: str) -> None:
    assert shown(744e9, "parameters", bound) == text


def test_rank_bound_reads_as_a_place() -> None:
    assert shown(3, "rank", "at_most") == "3rd or better"


def test_changes_and_scores() -> None:
    assert relative_change(41, 67) == "+63.4%"
    assert relative_change(2.1e9, 1.9e9) == "-9.5%"
    assert relative_change(-10, -5) == "+50.0%"
    assert relative_change(0, 5) == ""
    assert (signed(0.314), signed(-0.3), signed(-0.001)) == ("+0.31", "-0.30", "0.00")


def test_metric_ids_become_words() -> None:
    assert metric_words("parameters.total") == "parameters (total)"
    assert metric_words("share_price.change") == "share price (change)"
    assert metric_words("open:test flights") == "test flights"
    assert metric_words("deaths") == "deaths"

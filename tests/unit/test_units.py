"""Unit forms before and behind a number."""

from decimal import Decimal

import pytest

from extractors.figures.units import UnitTable
from extractors.packs import Unit, load

UNITS = UnitTable(load().units)


@pytest.mark.parametrize(
    ("text", "unit", "form"),
    [
        ("percent of", "percent", "percent"),
        ("percentage points", "points.percentage", "percentage points"),
        ("input tokens per", "tokens", "input tokens"),
        ("square-foot flat", "sq ft", "square-foot"),
        ("Kilometres away", "km", "Kilometres"),
        ("megawatt plant", "MW", "megawatt"),
        ("YEN", "JPY", "YEN"),
        ("kWh", "kWh", "kWh"),
        ("° C", "degC", "° C"),
    ],
)
def test_longest_form_behind_a_number(text: str, unit: str, form: str) -> None:
    hit = UNITS.after(text, 0)
    assert hit is not None
    assert (hit.unit.id, text[hit.start : hit.end]) == (unit, form)


@pytest.mark.parametrize("text", ["million", "metric", "kmh2", "mW", "", " percent", "tokensize"])
def test_no_unit(text: str) -> None:
    assert UNITS.after(text, 0) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [("$", "USD"), ("HK$", "HKD"), ("HK $", "HKD"), ("US$ ", "USD"), ("paid Rs ", "INR"), ("(RM", "MYR")],
)
def test_currency_before_a_number(text: str, unit: str) -> None:
    hit = UNITS.before(text, len(text))
    assert hit is not None
    assert hit.unit.id == unit


@pytest.mark.parametrize("text", ["ARM", "x", "", "farms "])
def test_an_end_of_a_word_is_no_currency(text: str) -> None:
    assert UNITS.before(text, len(text)) is None


def test_weak_forms_need_a_large_number() -> None:
    assert UNITS.after("active", 0, Decimal(40)) is None
    hit = UNITS.after("active", 0, Decimal(40_000_000_000))
    assert hit is not None
    assert hit.unit.id == "parameters"


def test_a_users_unit_is_found() -> None:
    table = UnitTable(
        (Unit(id="furlong", base="m", factor=Decimal("201.168"), dimension="length", suffixes=("furlongs",)),)
    )
    hit = table.after("furlong race", 0)
    assert hit is not None
    assert hit.unit.factor == Decimal("201.168")


def test_every_built_in_unit_has_a_form_and_a_positive_factor() -> None:
    for unit in load().units:
        assert unit.prefixes or unit.suffixes or unit.weak or unit.denominators, unit.id
        assert unit.factor > 0, unit.id

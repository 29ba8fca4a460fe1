"""Due dates of forecasts and plans, resolved against the article's date (a Saturday, 20 June 2026)."""

from datetime import UTC, date, datetime

import pytest

from extractors.due import due_on, dues
from tests.bounded import ends

PUBLISHED = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)

TABLE = {
    "by the end of the year": "2026-12-31",
    "before the end of the year": "2026-12-31",
    "by year-end": "2026-12-31",
    "by end-2026": "2026-12-31",
    "in late 2027": "2027-12-31",
    "by early next year": "2027-03-31",
    "by the start of next year": "2027-03-31",
    "by the middle of next year": "2027-06-30",
    "by mid-2027": "2027-06-30",
    "later this year": "2026-12-31",
    "within the year": "2026-12-31",
    "within a year": "2027-06-20",
    "within six months": "2026-12-20",
    "in the next two years": "2028-06-20",
    "over the next decade": "2036-06-20",
    "in two weeks": "2026-07-04",
    "in five years’ time": "2031-06-20",
    "by 2030": "2030-12-31",
    "before 2030": "2029-12-31",
    "by the end of the decade": "2029-12-31",
    "in the third quarter": "2026-09-30",
    "in the first quarter": "2027-03-31",
    "in the fourth quarter of 2027": "2027-12-31",
    "in Q3": "2026-09-30",
    "in the first half of next year": "2027-06-30",
    "in the second half of 2027": "2027-12-31",
    "next week": "2026-06-28",
    "next month": "2026-07-31",
    "at the end of next month": "2026-07-31",
    "on 3 May": "2027-05-03",
    "on July 3": "2026-07-03",
    "on January 15, 2027": "2027-01-15",
    "no later than 2028-03-01": "2028-03-01",
    "by Dec. 31": "2026-12-31",
    "in March": "2027-03-31",
    "before March": "2027-02-28",
    "by late October": "2026-10-31",
    "by Friday": "2026-06-26",
    "tomorrow": "2026-06-21",
    "this summer": "2026-08-31",
    "by Christmas": "2026-12-25",
}


@pytest.mark.parametrize(("phrase", "day"), TABLE.items())
def test_a_phrase_falls_due_on_its_last_day(phrase: str, day: str) -> None:
    assert due_on(f"The bridge will open {phrase}.", PUBLISHED) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "It will march on and may win.",
        "The model used 2030 tokens.",
        "It has fallen since 2019.",
        "It opened in March 2024.",
        "It will answer within 24 hours.",
        "Sales will rise in fiscal 2027.",
        "It will never open on 30 February.",
        "The fall in sales will hurt.",
    ],
)
def test_what_names_no_day_to_come_is_left_alone(text: str) -> None:
    assert due_on(text, PUBLISHED) is None


def test_a_deadline_goes_before_other_times() -> None:
    assert due_on("Talks start next week and must end by 2028.", PUBLISHED) == date(2028, 12, 31)


def test_without_a_publication_date_only_stated_years_are_read() -> None:
    assert due_on("It will open by the end of next year.", None) is None
    assert due_on("It will open by mid-2027.", None) == date(2027, 6, 30)


def test_places_cover_the_phrase() -> None:
    text = "It may open by early next year."
    (found,) = dues(text, PUBLISHED)
    assert text[found.start : found.end] == "by early next year"
    assert found.deadline


def test_long_hostile_text_ends() -> None:
    with ends():
        dues("in the end of the may by " * 4_000, PUBLISHED)

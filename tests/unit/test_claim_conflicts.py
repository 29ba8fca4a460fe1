"""Claims that cannot both hold, and the many that can; then the rows they make."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store import analyses, articles
from store.contradictions import list_contradictions
from store.crosscheck.claims import Said, conflict, predicate, span
from store.crosscheck.run import crosscheck
from tests import factories
from tests.unit.test_contradictions import PACKS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def said(quote: str, due: str = "", kind: str = "plan", **changes: Any) -> Said:
    made = Said(
        "c1", "a1", "s", "alpha", "Alpha", "Ida Strand", kind, "kova", "Kova",
        date.fromisoformat(due) if due else None, quote, quote, NOON,
    )  # fmt: skip
    return replace(made, **changes)


def reply(quote: str, due: str = "", kind: str = "plan", **changes: Any) -> Said:
    other = {"claim_id": "c2", "article_id": "a2", "origin": "beta", "outlet": "Beta", "speaker": "Tomas Reyl"}
    return said(quote, due, kind, **{**other, **changes})


OPENS = "the Kova dam will open its second turbine hall in "
CASES = [
    ("two months", said(OPENS + "May", "2026-05-31"), reply(OPENS + "September", "2026-09-30"), "due"),
    ("a month within the year", said(OPENS + "May", "2026-05-31"), reply(OPENS + "2026", "2026-12-31"), None),
    ("a deadline that the month keeps", said(OPENS + "May", "2026-05-31"),
     reply(OPENS.replace(" in ", " by ") + "July", "2026-07-31"), None),
    ("a deadline that the year breaks", said(OPENS.replace(" in ", " by ") + "July", "2026-07-31"),
     reply(OPENS + "2027", "2027-12-31"), "due"),
    ("a plan that was moved", said(OPENS + "May", "2026-05-31"),
     reply("the opening of the second turbine hall of the Kova dam is delayed to September", "2026-09-30"), None),
    ("another event", said(OPENS + "May", "2026-05-31"),
     reply("the Kova operator will publish its results in September", "2026-09-30"), None),
    ("another entity", said(OPENS + "May", "2026-05-31"),
     reply(OPENS + "September", "2026-09-30", about_id="besk"), None),
    ("one voice", said(OPENS + "May", "2026-05-31"),
     reply(OPENS + "September", "2026-09-30", speaker="Ida Strand", article_id="a1", origin="alpha"), None),
    ("affirmed and denied", said("Kova sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova has not sold its stake in the Besk reservoir", kind="statement"), "polarity"),
    ("a denial in so many words", said("Kova sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova sold its stake in the Besk reservoir", kind="denial"), "polarity"),
    ("approved and rejected", said("the council approved the Kova dam permit on Monday", kind="statement"),
     reply("the council rejected the Kova dam permit", kind="statement"), "polarity"),
    ("not approved and rejected", said("the council has not approved the Kova dam permit", kind="statement"),
     reply("the council rejected the Kova dam permit", kind="statement"), None),
    ("one speaker quoted twice", said("Kova sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova has not sold its stake in the Besk reservoir", kind="statement", speaker="Ida Strand"), None),
    ("a quotation that one prints further", said("Kova sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova sold its stake in the Besk reservoir. Why did nobody not ask?", kind="statement"), None),
    ("both deny", said("Kova has not sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova never sold its stake in the Besk reservoir", kind="statement"), None),
    ("another predicate", said("Kova sold its stake in the Besk reservoir", kind="statement"),
     reply("Kova will not comment on the price of water", kind="statement"), None),
    ("an opinion is no statement", said("Kova sold its stake in the Besk reservoir", kind="opinion"),
     reply("Kova has not sold its stake in the Besk reservoir", kind="statement"), None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "a", "b", "expected"), CASES, ids=[case[0] for case in CASES])
def test_conflict(name: str, a: Said, b: Said, expected: str | None) -> None:
    assert conflict(a, b) == expected
    assert conflict(b, a) == expected


def test_a_due_date_is_read_as_the_longest_period_that_ends_on_it() -> None:
    assert span(said("opens in 2026", "2026-12-31")) == (date(2026, 1, 1), date(2026, 12, 31))
    assert span(said("opens in May", "2026-05-31")) == (date(2026, 5, 1), date(2026, 5, 31))
    assert span(said("opens by May", "2026-05-31"))[0] == date.min


def test_words_are_compared_by_their_stems() -> None:
    assert predicate("Kova sells stakes") == predicate("the stake that Kova selling")


def test_two_dates_make_one_row_with_a_claim_on_each_side() -> None:
    connection = factories.open_memory()
    batch: list[Any] = []
    for outlet, month, day in (("Alpha", "May", "2026-08-31"), ("Beta", "September", "2026-10-31")):
        quote = f"the Kova dam will open its second turbine hall in {month}"
        text = f"{outlet} writes about water. Ida Strand of {outlet} said {quote}. Rain fell."
        article = factories.article(text=text, outlet=outlet, published_at=factories.NOW + timedelta(hours=len(outlet)))
        claim = factories.claim(
            quote, text, kind="plan", due_on=date.fromisoformat(day), about_id="kova", about="Kova", speaker=outlet
        )
        batch.append((article, claim))
    articles.store(connection, [article for article, _ in batch], (), "run")
    analyses.store(connection, [factories.analysis(article, claims=[claim]) for article, claim in batch], "none")
    crosscheck(connection, PACKS, now=factories.NOW)
    (row,) = list_contradictions(connection)
    assert (row.kind, row.entity_id, row.metric, row.verdict, row.origins) == (
        "claim",
        "kova",
        "due",
        "contradiction",
        2,
    )
    assert [len(side.claim_ids) for side in row.sides] == [1, 1]
    assert all("turbine hall" in side.quotes[0] for side in row.sides)
    assert "2026-08-31 against 2026-10-31" in row.explanation
    connection.execute("UPDATE core.article SET crosschecked_revision = NULL")
    again = crosscheck(connection, PACKS, now=factories.NOW)
    assert (again.new, again.changed, again.resolved) == ((), (), ())

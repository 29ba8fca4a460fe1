"""Contradictions from stored figures: sides, origins, stable ids, revisions and a person's decisions."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.packs import Metric, Packs, Publisher, Scope, Unit
from extractors.records import Article, Figure, content_id
from store import analyses, articles, db
from store.contradictions import get_contradiction, list_contradictions, list_events, pairs_of
from store.crosscheck.decisions import NoSuchContradictionError, dismiss, reopen
from store.crosscheck.internal import ahead_of
from store.crosscheck.run import CrosscheckResult, crosscheck
from store.crosscheck.sums import misses
from tests import factories

NOW = factories.NOW
PACKS = Packs(
    (), (),
    (
        Metric(id="capacity", label="capacity", dimension="power", holds_days=0),
        Metric(id="rank", label="rank", dimension="rank"),
        Metric(id="deaths", label="deaths", dimension="people", grows=True),
        Metric(id="share_price", label="share price", dimension="money", holds_days=1),
    ),
    (
        Scope(id="overall", dimension="field", cues=("overall",), default_for=("rank",)),
        Scope(id="youth", dimension="field", cues=("youth",)),
    ),
    (
        Unit(id="MW", base="MW", dimension="power", suffixes=("MW",)),
        Unit(id="GW", base="MW", factor=1000, dimension="power", suffixes=("GW",)),  # type: ignore[arg-type]
    ),
    (), (),
    (Publisher(id="northern", name="Northern Media", outlets=("Northern Post", "Fjord Times")),),
)  # fmt: skip


@pytest.fixture
def connection(tmp_path: Path) -> Generator[duckdb.DuckDBPyConnection]:
    with db.open_writer(tmp_path) as opened:
        yield opened


def report(outlet: str, body: str, slug: str = "one", days: float = 0) -> Article:
    return factories.article(
        slug, text=f"{body} {outlet} wrote this.", outlet=outlet, published_at=NOW + timedelta(days=days)
    )


def stated(article: Article, quote: str, value: float | str, **changes: Any) -> Figure:
    made = factories.figure(
        quote, article.text, value=str(value), metric="capacity", unit="MW", entity_id="dam", entity="Kova Dam"
    )
    exact = {"low": made.value, "high": made.value, "step": type(made.value)(1)}
    return replace(made, **{**exact, **changes})


def ingest(
    connection: duckdb.DuckDBPyConnection, figures: Mapping[Article, list[Figure]] | list[tuple[Article, list[Figure]]]
) -> CrosscheckResult:
    items = list(figures.items()) if isinstance(figures, Mapping) else figures
    articles.store(connection, [article for article, _ in items], (), "run")
    analyses.store(connection, [factories.analysis(article, figures=found) for article, found in items], "none")
    return crosscheck(connection, PACKS, now=NOW)


def dam(outlet: str, megawatts: int, **changes: Any) -> tuple[Article, list[Figure]]:
    body = f"The turbines of the Kova Dam yield {megawatts} MW, engineers at {outlet.lower()} were told."
    article = report(outlet, body, days=changes.pop("days", 0), slug=changes.pop("slug", "one"))
    return article, [stated(article, f"{megawatts} MW", megawatts, **changes)]


def test_one_row_with_all_sides_the_one_with_most_origins_first(connection: duckdb.DuckDBPyConnection) -> None:
    result = ingest(connection, [dam("Alpha", 620), dam("Beta", 544), dam("Gamma", 544), dam("Delta", 544)])
    (row,) = list_contradictions(connection)
    assert result.new == (row.contradiction_id,)
    assert row.contradiction_id == content_id("figure", "dam", "capacity", "", "MW")
    assert (row.kind, row.verdict, row.state, row.origins) == ("figure", "contradiction", "open", 4)
    assert [side.value for side in row.sides] == [544, 620]
    assert row.sides[0].origins == ("beta", "delta", "gamma")
    assert row.sides[1].outlets == ("Alpha",)
    assert "620 MW" in row.sides[1].quotes[0]
    assert [article.outlet for article in row.sides[1].articles] == ["Alpha"]
    assert row.spread == pytest.approx(76 / 620)  # type: ignore[reportUnknownMemberType]
    assert {pair.label for pair in pairs_of(connection, row)} == {"agree", "contradiction"}


def test_running_again_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    ingest(connection, [dam("Alpha", 620), dam("Beta", 544)])
    tables = ("pair", "contradiction", "contradiction_side", "contradiction_event")
    before = [connection.execute(f"SELECT * FROM core.{name} ORDER BY ALL").fetchall() for name in tables]
    assert crosscheck(connection, PACKS, now=NOW + timedelta(days=1)).pairs == 0
    connection.execute("UPDATE core.article SET crosschecked_revision = NULL")
    again = crosscheck(connection, PACKS, now=NOW + timedelta(days=1))
    assert (again.new, again.changed, again.resolved) == ((), (), ())
    assert before == [connection.execute(f"SELECT * FROM core.{name} ORDER BY ALL").fetchall() for name in tables]


def test_units_of_one_dimension_are_converted(connection: duckdb.DuckDBPyConnection) -> None:
    article = report("Beta", "Kova now has 0.62 GW installed.")
    same = stated(article, "0.62 GW", "0.62", unit="GW")
    ingest(connection, [dam("Alpha", 620), (article, [same])])
    assert list_contradictions(connection) == ()
    assert connection.execute("SELECT label FROM core.pair").fetchall() == [("agree",)]


def test_a_publisher_family_is_no_second_witness(connection: duckdb.DuckDBPyConnection) -> None:
    ingest(connection, [dam("Northern Post", 620), dam("Fjord Times", 544)])
    assert list_contradictions(connection) == ()


def test_two_sources_in_one_article_are_two_witnesses(connection: duckdb.DuckDBPyConnection) -> None:
    article = report("Alpha", "The operator lists 620 MW, whilst the regulator reports 544 MW.")
    figures = [
        stated(article, "620 MW", 620, attributed_to="the operator", attributed_id="operator"),
        stated(article, "544 MW", 544, attributed_to="the regulator", attributed_id="regulator"),
    ]
    ingest(connection, [(article, figures), dam("Beta", 544)])
    (row,) = list_contradictions(connection)
    assert [side.origins for side in row.sides] == [("beta", "source:regulator"), ("source:operator",)]


def test_a_bound_joins_the_side_that_it_allows(connection: duckdb.DuckDBPyConnection) -> None:
    def ranked(outlet: str, words: str, value: int, **changes: Any) -> tuple[Article, list[Figure]]:
        article = report(outlet, f"Kova came {words} among the dams that {outlet.lower()} rated.")
        return article, [stated(article, words, value, metric="rank", unit="rank", **changes)]

    ingest(
        connection,
        [
            ranked("Alpha", "third", 3),
            ranked("Beta", "in the top three", 3, bound="at_most"),
            ranked("Gamma", "fifth", 5, scope="overall"),
            ranked("Delta", "eighth", 8, scope="youth"),
        ],
    )
    (row,) = list_contradictions(connection)
    assert (row.kind, row.scope) == ("rank", "overall")
    assert [(side.value, len(side.figure_ids)) for side in row.sides] == [(3, 2), (5, 1)]


def test_a_revision_withdraws_a_side_and_a_new_conflict_reopens_it(connection: duckdb.DuckDBPyConnection) -> None:
    ingest(connection, [dam("Alpha", 620), dam("Beta", 544)])
    (row,) = list_contradictions(connection)
    assert ingest(connection, [dam("Alpha", 544)]).resolved == (row.contradiction_id,)
    closed = get_contradiction(connection, row.contradiction_id)
    assert closed is not None
    assert closed.state == "resolved"
    assert closed.first_seen == row.first_seen
    assert ingest(connection, [dam("Gamma", 700)]).changed == (row.contradiction_id,)
    events = [event.event for event in list_events(connection, NOW, NOW + timedelta(seconds=1))]
    assert sorted(events) == ["new", "reopened", "resolved"]


def test_a_later_article_of_the_same_outlet_withdraws_its_side(connection: duckdb.DuckDBPyConnection) -> None:
    ingest(connection, [dam("Alpha", 620), dam("Beta", 544)])
    ingest(connection, [dam("Alpha", 544, slug="two", days=2)])
    assert [row.state for row in list_contradictions(connection)] == ["resolved"]


def test_a_stated_change_withdraws_the_old_value_for_all_outlets(connection: duckdb.DuckDBPyConnection) -> None:
    article = report("Beta", "The Kova Dam yields 620 MW, up from the 544 MW of last year's papers.", days=2)
    changed = [stated(article, "620 MW", 620), stated(article, "544 MW", 544)]
    ingest(connection, [dam("Alpha", 544), (article, changed), dam("Gamma", 620, days=3)])
    assert list_contradictions(connection) == ()
    rules = {row[0] for row in connection.execute("SELECT rule FROM core.pair WHERE label = 'revised'").fetchall()}
    assert rules == {"change_stated"}


def test_a_publisher_with_another_source_each_time_withdraws_its_former_value(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    early = dam("Alpha", 544, attributed_to="planners")
    late = dam("Alpha", 620, slug="two", days=2, attributed_to="the council")
    ingest(connection, [early, late, dam("Gamma", 620, days=3)])
    assert list_contradictions(connection) == ()


def test_a_slot_s_other_disagreement_is_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    def toll(outlet: str, count: int, days: float, slug: str) -> tuple[Article, list[Figure]]:
        return dam(outlet, count, slug=slug, days=days, metric="share_price")

    ingest(connection, [toll("Alpha", 620, 0, "one"), toll("Beta", 544, 0, "one")])
    (first,) = list_contradictions(connection)
    ingest(connection, [toll("Gamma", 700, 90, "late"), toll("Delta", 800, 90, "late")])
    rows = list_contradictions(connection)
    assert [row.state for row in rows] == ["open", "open"]
    assert {row.contradiction_id for row in rows} > {first.contradiction_id}


def test_a_dismissal_survives_new_evidence_until_it_is_taken_back(connection: duckdb.DuckDBPyConnection) -> None:
    ingest(connection, [dam("Alpha", 620), dam("Beta", 544)])
    (row,) = list_contradictions(connection)
    dismiss(connection, row.contradiction_id, "two phases of the plant", NOW)
    ingest(connection, [dam("Gamma", 620)])
    assert [found.state for found in list_contradictions(connection)] == ["dismissed"]
    assert list_contradictions(connection, state="open") == ()
    reopen(connection, row.contradiction_id, "it is one phase", NOW + timedelta(minutes=1))
    ingest(connection, [dam("Delta", 620)])
    (again,) = list_contradictions(connection, state="open", entity="kova dam")
    assert again.sides[0].origins == ("alpha", "delta", "gamma")
    with pytest.raises(NoSuchContradictionError, match="no contradiction"):
        dismiss(connection, "0000", "typing error", NOW)


def test_what_is_unsure_or_about_nothing_takes_no_part(connection: duckdb.DuckDBPyConnection) -> None:
    unsure, about_nothing = dam("Beta", 544, confidence=0.3), dam("Gamma", 500, entity_id="")
    ingest(connection, [dam("Alpha", 620), unsure, about_nothing, dam("Delta", 400, modality="denied")])
    assert connection.execute("SELECT * FROM core.pair").fetchall() == []


def test_an_article_with_two_values_of_the_slot_is_held_against_nobody(connection: duckdb.DuckDBPyConnection) -> None:
    article = report("Alpha", "Kova yields 620 MW by day and 410 MW by night.")
    both = [stated(article, "620 MW", 620), stated(article, "410 MW", 410)]
    ingest(connection, [(article, both), dam("Beta", 544)])
    labels = connection.execute("SELECT label, rule FROM core.pair ORDER BY ALL").fetchall()
    assert ("ambiguous", "same_article") in labels
    assert ("contradiction", "values_differ") in labels
    assert list_contradictions(connection) == ()


def test_a_toll_that_rises_is_a_change(connection: duckdb.DuckDBPyConnection) -> None:
    early, late = (
        dam("Alpha", 12, metric="deaths", unit="people"),
        dam("Beta", 15, metric="deaths", unit="people", days=1),
    )
    ingest(connection, [early, late])
    assert connection.execute("SELECT label, rule FROM core.pair").fetchall() == [("revised", "grew")]
    assert list_contradictions(connection) == ()


LIST = "In the Halden table, Kova is in fifth place. It follows Aldra Dam, Besk Dam and Tirol's Corvo Dam. Rain fell."


def names(text: str, *found: str) -> list[tuple[int, int, str]]:
    return [(text.index(name), text.index(name) + len(name), name) for name in found]


def test_fifth_place_behind_three_names_does_not_add_up() -> None:
    mentions = names(LIST, "Aldra Dam", "Besk Dam", "Tirol", "Corvo Dam", "Kova")
    found = ahead_of(LIST, LIST.index("fifth place") + 11, mentions, "Kova")
    assert found is not None
    assert found.count == 3


@pytest.mark.parametrize(
    "text",
    [
        "Kova is in fifth place. It follows Aldra Dam, Besk Dam and others.",
        "Kova is in fifth place. It follows Aldra Dam and several dams in Corvo.",
        "Kova is in fifth place. It follows months of repairs at Aldra Dam, Besk Dam and Corvo Dam.",
        "Kova is in fifth place. Aldra Dam, Besk Dam and Corvo Dam are older.",
    ],
)
def test_a_list_that_need_not_be_whole_is_no_sum(text: str) -> None:
    mentions = names(text, *(name for name in ("Aldra Dam", "Besk Dam", "Corvo Dam") if name in text))
    found = ahead_of(text, text.index("fifth place") + 11, mentions, "Kova")
    assert found is None


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ("Output rose 20 percent to 450 MW from 300 MW.", 50.0),
        ("Sales fell 10 percent to $3.2 billion from $4.0 billion.", -20.0),
        ("At 40B it is a giant: 40B is 45% larger than 32B.", 25.0),
        ("The price went from $80 to $120, an increase of 25 percent.", 50.0),
    ],
)
def test_a_change_that_its_levels_contradict(text: str, computed: float) -> None:
    (found,) = misses(text)
    assert found.computed == pytest.approx(computed)  # type: ignore[reportUnknownMemberType]
    assert f"= {computed:+.1f}%" in found.shown


@pytest.mark.parametrize(
    "text",
    [
        "Output rose 50 percent to 450 MW from 300 MW.",
        "40B is 25% larger than 32B, and 74% larger than 23B.",
        "Sales rose 8 percent to $4 billion from $3.7 billion.",
        "Sales rose about 12 percent to $4.1 billion from $3.7 billion.",
        "The rate rose 2 percentage points to 5 percent from 3 percent.",
        "Sales rose 20 percent to 3.6 from 3 billion.",
        "Sales rose 20 percent to $4 billion. Costs came down from $3 billion.",
    ],
)
def test_sums_that_hold_or_stay_open_are_quiet(text: str) -> None:
    assert not list(misses(text))


def test_a_wrong_sum_is_an_internal_contradiction(connection: duckdb.DuckDBPyConnection) -> None:
    article = report("Alpha", "Capacity of the Kova Dam rose 20 percent to 450 MW from 300 MW.")
    ingest(connection, [(article, [stated(article, "450 MW", 450)])])
    (row,) = list_contradictions(connection)
    assert (row.kind, row.unit, [side.value for side in row.sides]) == ("internal", "percent", [20, 50])
    assert "450 / 300 - 1 = +50.0%, stated +20%" in row.explanation
    corrected = report("Alpha", "Capacity of the Kova Dam rose 50 percent to 450 MW from 300 MW.")
    ingest(connection, [(corrected, [stated(corrected, "450 MW", 450)])])
    assert [row.state for row in list_contradictions(connection)] == ["resolved"]

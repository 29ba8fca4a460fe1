"""Articles: new, changed, unchanged, dated later; and the runs and feeds they belong to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.records import Article
from store import analyses, articles, check, feeds, runs
from tests.factories import NOW, TEXT, analysis, article, open_memory, skipped

LATER = NOW + timedelta(days=1)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_memory() as opened:
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_a_new_article_comes_back_as_it_went_in(connection: duckdb.DuckDBPyConnection) -> None:
    stored = article(author="A. Writer", source_name="Wire", title="Quotes \" ' and \\ and 😀")
    counts = articles.store(connection, [stored], [], "run-1")
    assert counts == articles.StoreCounts(1, 0, 0, (stored.article_id,))
    assert articles.read(connection, [stored.article_id, "unknown"]) == (stored,)
    assert rows(connection, "SELECT revision, changed, text FROM revisions") == [(1, "first", TEXT)]


def test_the_same_batch_again_is_unchanged(connection: duckdb.DuckDBPyConnection) -> None:
    batch = [article("one"), article("two")]
    articles.store(connection, batch, [], "run-1")
    again = articles.store(connection, batch, [], "run-2")
    assert again == articles.StoreCounts(0, 0, 2, ())
    assert rows(connection, "SELECT DISTINCT run_id FROM core.article") == [("run-1",)]


def test_two_articles_of_one_url_in_a_batch_are_stored_once_the_first_counting(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    counts = articles.store(connection, [article("one"), article("two"), article("one", text="Other.")], [], "r")
    assert (counts.stored, counts.revised, counts.unchanged) == (2, 0, 1)
    assert rows(connection, "SELECT text FROM revisions") == [(TEXT,), (TEXT,)]


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"text": "Corrected text."}, "text"),
        ({"title": "A better headline"}, "title"),
        ({"title": "A better headline", "text": "Corrected text."}, "title+text"),
    ],
)
def test_a_changed_article_becomes_a_revision_and_waits_for_analysis(
    connection: duckdb.DuckDBPyConnection, changes: dict[str, Any], changed: str
) -> None:
    first = article()
    articles.store(connection, [first], [], "run-1")
    analyses.store(connection, [analysis(first)], "m")
    assert articles.count_pending(connection) == 0
    counts = articles.store(connection, [article(**changes, fetched_at=LATER)], [], "run-2")
    assert counts == articles.StoreCounts(0, 1, 0, ())
    assert rows(connection, "SELECT revision, changed FROM revisions ORDER BY 1") == [(1, "first"), (2, changed)]
    (latest,) = articles.pending(connection, 10)
    assert {"title": latest.title, "text": latest.text}.items() >= changes.items()
    assert rows(connection, "SELECT revision, fetched_at FROM articles") == [(2, LATER)]
    assert check.check(connection)[0].startswith("article.run_id"), "only the runs were made up here"


def test_an_article_that_changes_back_is_a_third_revision(connection: duckdb.DuckDBPyConnection) -> None:
    for text in (TEXT, "Something else.", TEXT):
        articles.store(connection, [article(text=text)], [], "r")
    assert rows(connection, "SELECT revision, text = $$" + TEXT + "$$ FROM revisions ORDER BY 1") == [
        (1, True),
        (2, False),
        (3, True),
    ]


def test_an_unknown_date_is_the_first_sight_until_one_is_known(connection: duckdb.DuckDBPyConnection) -> None:
    undated: dict[str, Any] = {"published_at": None, "date_source": "first_seen"}
    select = "SELECT published_at, date_source, revision FROM articles"
    articles.store(connection, [article(**undated)], [], "r")
    assert rows(connection, select) == [(NOW, "first_seen", 1)]
    articles.store(connection, [article(**undated, fetched_at=LATER, text="New.")], [], "r")
    assert rows(connection, select) == [(NOW, "first_seen", 2)], "the first sight stays the first"
    analyses.store(connection, [analysis(article())], "m")
    published = NOW - timedelta(days=3)
    counts = articles.store(
        connection, [article(text="New.", published_at=published, date_source="page", fetched_at=LATER)], [], "r"
    )
    assert counts.unchanged == 1
    assert rows(connection, select) == [(published, "page", 2)]
    assert articles.count_pending(connection) == 1, "what the text says of dates may mean something else now"


def test_the_first_known_date_stays_over_revisions(connection: duckdb.DuckDBPyConnection) -> None:
    articles.store(connection, [article()], [], "r")
    articles.store(connection, [article(text="New.", published_at=LATER, date_source="page")], [], "r")
    assert rows(connection, "SELECT published_at, date_source FROM articles") == [(NOW, "feed")]


def test_entries_are_known_per_feed_and_by_url(connection: duckdb.DuckDBPyConnection) -> None:
    by_one, by_two = article(entry_hash="hash-1"), article(feed_id="feed-2", entry_hash="hash-2")
    articles.store(connection, [by_one], [], "r")
    articles.store(connection, [by_two], [], "r")
    assert articles.known_entries(connection, "feed-1") == {by_one.url: "hash-1"}
    assert articles.known_entries(connection, "feed-2") == {by_one.url: "hash-2"}
    assert articles.known_entries(connection, "feed-3") == {}
    assert articles.known_entries(connection, [by_one.url, "https://nowhere.example/"]) == {by_one.url: "hash-2"}
    assert articles.known_entries(connection, []) == {}


def test_a_changed_entry_of_an_unchanged_article_is_remembered(connection: duckdb.DuckDBPyConnection) -> None:
    articles.store(connection, [article(entry_hash="old")], [], "r")
    counts = articles.store(connection, [article(entry_hash="new")], [], "r")
    assert counts.unchanged == 1
    assert list(articles.known_entries(connection, "feed-1").values()) == ["new"]


def test_pending_comes_in_batches_oldest_first_until_all_is_marked(connection: duckdb.DuckDBPyConnection) -> None:
    batch = [article(f"s{number}", fetched_at=NOW - timedelta(hours=number)) for number in range(5)]
    articles.store(connection, batch, [], "r")
    seen: list[Article] = []
    while pending := articles.pending(connection, 2):
        assert len(pending) <= 2
        analyses.store(connection, [analysis(each) for each in pending], "m")
        seen.extend(pending)
    assert seen == batch[::-1]


def test_skipped_items_are_rows_with_their_reason(connection: duckdb.DuckDBPyConnection) -> None:
    assert articles.store(connection, [], [skipped()], "run-1") == articles.StoreCounts(0, 0, 0, ())
    assert rows(connection, "SELECT run_id, url, reason, detail FROM skipped") == [
        ("run-1", "https://example.com/empty", "no_text", "the page holds no text")
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), title=st.text(max_size=5))
def test_any_text_comes_back_unchanged_and_offsets_count_characters(
    connection: duckdb.DuckDBPyConnection, text: str, title: str
) -> None:
    kept = title.encode("utf-8", "replace").decode()
    articles.store(connection, [article("any", text=text, title=kept)], [], "r")
    assert rows(connection, "SELECT text, title FROM articles") == [(text, kept)]
    assert rows(connection, "SELECT text[2:3] FROM articles") == [(text[1:3],)]


def test_a_lone_surrogate_costs_one_character_and_not_the_batch(connection: duckdb.DuckDBPyConnection) -> None:
    counts = articles.store(connection, [article(text="a\ud800b"), article("two")], [], "r")
    assert counts.stored == 2
    assert ("a?b",) in rows(connection, "SELECT text FROM articles")


def test_a_thousand_articles_are_stored_within_two_seconds(connection: duckdb.DuckDBPyConnection) -> None:
    batch = [article(f"s{number}", text=TEXT * 20) for number in range(1000)]
    started = datetime.now().astimezone()
    assert articles.store(connection, batch, [], "r").stored == 1000
    assert datetime.now().astimezone() - started < timedelta(seconds=2)


# Runs


@pytest.mark.parametrize("numbers", [(3, 1, 1, 0, 0, 0), (0, 1, 0, 0, 0, 0), (0, 1, -1, 0, 0, 0)])
def test_counts_that_do_not_add_up_cannot_be_made(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="do not add up"):
        runs.RunCounts(*numbers)


def test_a_run_is_running_until_it_is_finished(connection: duckdb.DuckDBPyConnection) -> None:
    first = runs.start(connection, "ingest", NOW)
    second = runs.start(connection, "ingest", NOW)
    assert first != second, "even within one moment"
    runs.finish(connection, first, runs.RunCounts(6, 1, 2, 1, 1, 1), "completed", LATER)
    assert rows(connection, "SELECT * EXCLUDE run_id FROM runs ORDER BY finished_at") == [
        ("ingest", NOW, LATER, "completed", 6, 1, 2, 1, 1, 1),
        ("ingest", NOW, None, "running", 0, 0, 0, 0, 0, 0),
    ]
    with pytest.raises(KeyError):
        runs.finish(connection, "unknown", runs.RunCounts(), "failed", LATER)


def test_copies_of_a_run_are_those_that_it_stored(connection: duckdb.DuckDBPyConnection) -> None:
    articles.store(connection, [article("one"), article("two")], [], "run-1")
    articles.store(connection, [article("three")], [], "run-2")
    connection.execute("UPDATE core.article SET copy_of = $one WHERE article_id <> $one", {"one": article().article_id})
    assert runs.copies_of_run(connection, "run-1") == 1
    assert runs.copies_of_run(connection, "run-2") == 1
    assert runs.copies_of_run(connection, "run-3") == 0


# Feeds

ONE, TWO = (
    feeds.FeedRow("f1", "https://one.example/feed", "One"),
    feeds.FeedRow("f2", "https://two.example/feed", "Two"),
)


def states(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {feed.feed_id: feed.state for feed in feeds.health(connection)}


def test_feeds_are_added_removed_and_taken_back(connection: duckdb.DuckDBPyConnection) -> None:
    feeds.sync(connection, [ONE, TWO, ONE])
    assert states(connection) == {"f1": "new", "f2": "new"}
    feeds.sync(connection, [ONE])
    assert states(connection) == {"f1": "new", "f2": "removed"}
    feeds.sync(connection, [])
    assert states(connection) == {"f1": "removed", "f2": "removed"}
    feeds.sync(connection, [TWO, feeds.FeedRow("f1", "https://one.example/feed", "Renamed")])
    assert states(connection) == {"f1": "new", "f2": "new"}
    assert feeds.health(connection)[0].outlet == "Renamed"


def test_a_visit_sets_state_validators_and_next_visit(connection: duckdb.DuckDBPyConnection) -> None:
    feeds.sync(connection, [ONE])
    feeds.record(connection, feeds.FeedOutcome("f1", title="Feed One", etag='W/"x"', last_modified="Mon"), NOW)
    assert feeds.known(connection, "f1") == ('W/"x"', "Mon")
    feeds.record(connection, feeds.FeedOutcome("f1", error="timeout: no answer", next_fetch_at=LATER), NOW)
    feeds.record(connection, feeds.FeedOutcome("f1", error="timeout: no answer", next_fetch_at=LATER), NOW)
    assert feeds.health(connection) == (
        feeds.FeedHealth(
            "f1",
            ONE.url,
            "One",
            "Feed One",
            "failing",
            NOW,
            "timeout: no answer",
            failures=2,
            next_fetch_at=LATER,
            articles=0,
        ),
    )
    assert feeds.known(connection, "f1") == ('W/"x"', "Mon"), "a failure keeps the validators"
    assert feeds.waiting(connection, NOW) == {"f1"}
    assert feeds.waiting(connection, LATER) == frozenset()
    feeds.record(connection, feeds.FeedOutcome("f1", etag=""), LATER)
    (health,) = feeds.health(connection)
    assert (health.state, health.failures, health.last_error, health.last_ok_at) == ("ok", 0, None, LATER)
    assert feeds.known(connection, "f1") == ("", "Mon")


def test_an_unknown_feed_has_no_validators_and_cannot_be_recorded(connection: duckdb.DuckDBPyConnection) -> None:
    assert feeds.known(connection, "nowhere") == ("", "")
    with pytest.raises(KeyError):
        feeds.record(connection, feeds.FeedOutcome("nowhere"), NOW)


def test_a_feed_counts_its_articles(connection: duckdb.DuckDBPyConnection) -> None:
    feeds.sync(connection, [ONE])
    articles.store(connection, [article(feed_id="f1"), article("two", feed_id="f1"), article("three")], [], "r")
    assert feeds.health(connection)[0].articles == 2

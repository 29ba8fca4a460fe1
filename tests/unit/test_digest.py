"""The digest over a small store: two outlets contradict a third on a bridge, a toll is revised, a copy is folded."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from extractors.records import Article, Claim, Figure, Sentiment
from reports import digest as digests
from reports.digest import build, render, write_digest
from reports.fragments import Counted, Quote, Value, WeekName, Word
from reports.gate import UnprovenError, check
from reports.week import Week
from store import analyses, articles, feeds, runs
from store.analyses import figure_id
from store.migrate import migrate
from tests import factories

WEEK = Week.parse("2026-W46")
MONDAY = WEEK.start
LENGTH = "The Alder Bridge is 744 metres long, engineer Ada Lund said."
OTHER_LENGTH = "The Alder Bridge is 753 metres long, the builder's plans say."
FIRST = f"{LENGTH} Work on the bridge began in spring and has kept the valley awake ever since."
SECOND = f"Walkers welcomed the bridge. {OTHER_LENGTH} The city plans to open the bridge by the end of December."
TOLL_BEFORE = "The storm killed 41 people, the ministry said on Monday morning in Port Anso."
TOLL_AFTER = "The storm killed 67 people, the ministry said after a night of searching in Port Anso."
PRAISE = "Critics called the bridge a clear success for the whole of the valley."

HOSTILE = "**Big** [win](javascript:alert(1)) <script>alert(1)</script> | \x1b[31mred\x1b[0m"


def written(slug: str, outlet: str, text: str, hours: int, **changes: object) -> Article:
    at = MONDAY + timedelta(hours=hours)
    return factories.article(slug, outlet=outlet, text=text, published_at=at, fetched_at=at, **changes)


ARTICLES = (
    written("bridge", "Valley News", FIRST, 10),
    written("bridge-too", "Hill Post", f"{PRAISE} {FIRST}", 12, title=HOSTILE),
    written("plans", "Builder Daily", SECOND, 20),
    written("storm", "Valley News", TOLL_BEFORE, 5, date_source="first_seen"),
    written("storm-2", "Valley News", TOLL_AFTER, 30),
    written("old", "Hill Post", PRAISE, -50),
)


def length(text: str, quote: str, value: int) -> Figure:
    return factories.figure(
        quote, text, value=value, unit="m", metric="length", entity_id="alder-bridge", entity="Alder Bridge"
    )


def toll(text: str, quote: str, value: int) -> Figure:
    return factories.figure(
        quote, text, value=value, unit="people", metric="deaths", entity_id="storm", entity="the storm"
    )


def tone(text: str, evidence: str, score: float) -> Sentiment:
    made = factories.sentiment(evidence, text, score=score)
    return replace(made, entity_id="alder-bridge", entity="Alder Bridge")


FIGURES = {
    "bridge": length(FIRST, "744 metres", 744),
    "bridge-too": length(ARTICLES[1].text, "744 metres", 744),
    "plans": length(SECOND, "753 metres", 753),
    "storm": toll(TOLL_BEFORE, "41 people", 41),
    "storm-2": toll(TOLL_AFTER, "67 people", 67),
}
PLAN: Claim = factories.claim(
    "open the bridge by the end of December",
    SECOND,
    speaker="the city",
    kind="plan",
    due_on=date(2026, 12, 31),
    about="Alder Bridge",
)
TONES = {
    "bridge-too": tone(ARTICLES[1].text, PRAISE, 0.5),
    "old": tone(PRAISE, PRAISE, 0.2),
}


def by_slug(slug: str) -> Article:
    return next(article for article in ARTICLES if article.url.endswith(f"/{slug}"))


def id_of(slug: str) -> str:
    return figure_id(by_slug(slug).article_id, FIGURES[slug])


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    migrate(connection)
    feeds.sync(connection, [feeds.FeedRow("f1", "https://valley.example/feed", "Valley News")])
    feeds.sync(
        connection,
        [
            feeds.FeedRow("f1", "https://valley.example/feed", "Valley News"),
            feeds.FeedRow("f2", "https://mill.example/feed", "Mill Gazette"),
        ],
    )
    feeds.record(connection, feeds.FeedOutcome("f2", error="html: a web page, not a feed"), MONDAY)
    run_id = runs.start(connection, "ingest", MONDAY + timedelta(days=3))
    articles.store(connection, ARTICLES, [factories.skipped("https://valley.example/pictures")], run_id)
    counts = runs.RunCounts(fetched=7, stored=5, copies=1, skipped=1)
    runs.finish(connection, run_id, counts, "completed", MONDAY + timedelta(days=3, minutes=2))
    for article in ARTICLES:
        slug = article.url.rsplit("/", 1)[1]
        found = factories.analysis(
            article,
            figures=[FIGURES[slug]] if slug in FIGURES else [],
            claims=[PLAN] if slug == "plans" else [],
            sentiments=[TONES[slug]] if slug in TONES else [],
        )
        analyses.store(connection, [found], "none")
    _crosscheck(connection)


def _crosscheck(connection: duckdb.DuckDBPyConnection) -> None:
    """What the cross-check would have written."""
    connection.execute("UPDATE core.article SET origin_id = article_id, story_id = 'bridge'")
    connection.execute("UPDATE core.article SET story_id = 'storm' WHERE url LIKE '%storm%'")
    connection.execute(
        "UPDATE core.article SET copy_of = $id, origin_id = $id WHERE url LIKE '%bridge-too'",
        {"id": by_slug("bridge").article_id},
    )
    connection.execute("INSERT INTO core.story VALUES ('bridge', 'Headline of bridge'), ('storm', 'Headline of storm')")
    older, newer = sorted([id_of("storm"), id_of("storm-2")])
    connection.execute("INSERT INTO core.pair VALUES (?, ?, 'revised', 'grows', 0.39, false)", [older, newer])
    found = MONDAY + timedelta(days=3)
    connection.execute(
        "INSERT INTO core.contradiction VALUES ('c1', 'figure', 'alder-bridge', 'Alder Bridge', 'length', '', 'm', "
        "'contradiction', 'open', 0.012, 2, 2, $at, $at, 'values_differ')",
        {"at": found},
    )
    sides = (
        (1, 744.0, ["Valley News", "Hill Post"], ["bridge", "bridge-too"]),
        (2, 753.0, ["Builder Daily"], ["plans"]),
    )
    for side, value, outlets, slugs in sides:
        connection.execute(
            "INSERT INTO core.contradiction_side VALUES ('c1', ?, ?, 'm', ?, ?, [], ?, [], ?)",
            [
                side,
                value,
                outlets,
                [by_slug(slugs[0]).article_id],
                [id_of(slug) for slug in slugs],
                [FIGURES[slug].sentence for slug in slugs],
            ],
        )


@pytest.fixture(scope="module")
def filled() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    fill(connection)
    yield connection
    connection.close()


@pytest.fixture
def store(filled: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The filled store; what a test changes in it is rolled back."""
    filled.execute("BEGIN")
    yield filled
    filled.execute("ROLLBACK")


def section(text: str, heading: str) -> str:
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_contradiction_shows_both_sides_with_quotes_outlets_and_links(store: duckdb.DuckDBPyConnection) -> None:
    shown = section(render(build(store, WEEK)), "Contradictions")
    assert "### New" in shown
    assert (
        "**Alder Bridge, length**: 744 m (1 origin: Valley News, Hill Post) against 753 m (1: Builder Daily)" in shown
    )
    assert f"“{LENGTH}” ([Valley News](https://valley-news.example/bridge), Mon 9 Nov 2026, 10:00 UTC" in shown
    assert "also [Hill Post](https://hill-post.example/bridge-too)" in shown
    assert f"“{OTHER_LENGTH}”" in shown


def test_contradiction_is_new_then_still_open_then_resolved(store: duckdb.DuckDBPyConnection) -> None:
    def heading(week: Week) -> list[str]:
        return re.findall(r"^### (.+)$", section(render(build(store, week)), "Contradictions"), re.MULTILINE)

    later = Week.parse("2026-W47")
    assert heading(WEEK) == ["New"]
    assert heading(later) == ["Still open"]
    assert heading(WEEK.previous()) == []
    store.execute("UPDATE core.contradiction SET state = 'resolved'")
    store.execute("INSERT INTO core.contradiction_event VALUES ('c1', 'resolved', $at, '')", {"at": later.start})
    assert heading(later) == ["Resolved"]
    assert heading(WEEK) == []


def test_contradiction_found_later_is_new_in_the_week_that_found_it(store: duckdb.DuckDBPyConnection) -> None:
    later = Week.parse("2026-W50")
    store.execute("UPDATE core.contradiction SET first_seen = $at, last_seen = $at", {"at": later.start})
    assert "### New" in render(build(store, later))


def test_new_statement_on_a_side_makes_it_changed(store: duckdb.DuckDBPyConnection) -> None:
    old = WEEK.previous().start
    for slug in ("bridge", "plans"):
        at = {"at": old, "url": by_slug(slug).url}
        store.execute("UPDATE core.article SET published_at = $at WHERE url = $url", at)
    store.execute("UPDATE core.contradiction SET first_seen = $at", {"at": old})
    assert "### Changed" in render(build(store, WEEK))


def test_revised_figure_shows_old_and_new_value_with_time_and_outlet(store: duckdb.DuckDBPyConnection) -> None:
    shown = section(render(build(store, WEEK)), "Figures that changed")
    assert "**the storm, deaths**: 41 people → 67 people (+63.4%), Tue 10 Nov 2026, 06:00 UTC" in shown
    assert f"[Valley News](https://valley-news.example/storm-2): “{TOLL_AFTER}”" in shown
    assert "753" not in shown


def test_figure_that_only_a_copy_or_the_same_article_states_otherwise_is_no_change(
    store: duckdb.DuckDBPyConnection,
) -> None:
    store.execute("UPDATE core.article SET copy_of = 'x' WHERE url LIKE '%storm-2'")
    assert "No figure was revised this week." in render(build(store, WEEK))
    store.execute("UPDATE core.article SET copy_of = NULL, published_at = $at WHERE url LIKE '%storm%'", {"at": MONDAY})
    assert "No figure was revised this week." in render(build(store, WEEK))


def test_stories_quote_the_articles_and_list_sources_with_first_sight(store: duckdb.DuckDBPyConnection) -> None:
    text = render(build(store, WEEK))
    shown = section(text, "Stories")
    assert "### Headline of bridge" in shown
    assert "3 articles, 2 independent origins." in shown
    assert f"“{OTHER_LENGTH}” ([Builder Daily]" in shown
    assert "(published Mon 9 Nov 10:00, first seen Mon 9 Nov 10:00)" in shown
    assert ", a copy (published" in shown
    for words in re.findall(r"^- “(.+?)” \(", shown, re.MULTILINE):
        assert any(words in article.text for article in ARTICLES), words


def test_sentiment_counts_origins_and_compares_with_the_week_before(store: duckdb.DuckDBPyConnection) -> None:
    shown = section(render(build(store, WEEK)), "Sentiment by entity")
    assert "**Alder Bridge** +0.50 (change +0.30), 1 origin" in shown
    assert f"“{PRAISE}” ([Hill Post]" in shown


def test_ledger_and_watch_list_hold_the_plan(store: duckdb.DuckDBPyConnection) -> None:
    text = render(build(store, WEEK))
    assert "**31 Dec 2026** (plan by the city): “The city plans to open the bridge" in section(text, "Forecast ledger")
    assert "Unsettled: Alder Bridge, length: 744 m or 753 m." in section(text, "What to watch")
    due = section(render(build(store, Week.parse("2026-W53"))), "Forecast ledger")
    assert "Due this week:" in due


def test_health_names_failing_feeds_left_out_items_and_guessed_dates(store: duckdb.DuckDBPyConnection) -> None:
    text = render(build(store, WEEK))
    shown = section(text, "Sources and health")
    assert "As of Thu 12 Nov 2026, 00:02 UTC" in text
    assert "Feed failing: **Mill Gazette**, html: a web page, not a feed; never read." in shown
    assert "Left out, no text (1):\n  - <https://valley.example/pictures>: the page holds no text" in shown
    assert "Date unknown, first sight stands in (1): [Headline of storm](https://valley-news.example/storm)." in shown
    assert "Of 7 items, 5 stored, 0 unchanged, 1 copies, 1 skipped, 0 failed." in shown


def test_empty_store_says_so_in_every_section() -> None:
    connection = duckdb.connect()
    migrate(connection)
    text = render(build(connection, WEEK))
    for line in (
        "No run has ended yet.",
        "No article of this week is stored.",
        "No sources contradict each other.",
        "No figure was revised this week.",
        "No stories this week.",
        "No tone toward any entity was found this week.",
        "No forecast or plan names a day.",
        "Nothing is due in the next four weeks, and nothing is unsettled.",
        "No feeds are configured.",
        "No item was left out.",
        "No date was guessed.",
    ):
        assert line in text
    connection.close()


def test_hostile_headline_stays_text(store: duckdb.DuckDBPyConnection) -> None:
    text = render(build(store, WEEK))
    assert "<script" not in text.replace("\\<script", "")
    assert "](javascript" not in text.replace("\\](javascript", "")
    assert "\x1b" not in text
    assert "\\*\\*Big\\*\\* \\[win\\](javascript:alert(1))" in text


def test_same_data_same_bytes(store: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = write_digest(store, week=WEEK, out=tmp_path / "a")
    second = write_digest(store, week=WEEK, out=tmp_path / "b" / "c")
    assert first.name == "digest-2026-W46.md"
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_times_are_shown_in_the_zone_of_the_week(store: duckdb.DuckDBPyConnection) -> None:
    text = render(build(store, Week.parse("2026-W46", ZoneInfo("Europe/Berlin"))))
    assert "Mon 9 Nov 2026, 11:00 CET" in text


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE core.figure SET sentence = 'The bridge is 744 metres tall.'", "744 metres tall"),
        ("UPDATE core.sentiment SET evidence = 'Nobody said this.'", "Nobody said this"),
        ("UPDATE core.contradiction_side SET outlets = ['Valley News'] WHERE side = 2", ""),
    ],
)
def test_gate_refuses_what_does_not_stand_in_an_article(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, statement: str, named: str
) -> None:
    store.execute(statement)
    if not named:
        write_digest(store, week=WEEK, out=tmp_path)
        return
    with pytest.raises(UnprovenError, match=named):
        write_digest(store, week=WEEK, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_gate_resolves_each_kind_of_fragment(store: duckdb.DuckDBPyConnection) -> None:
    bridge = by_slug("bridge").article_id
    check(store, [Quote(bridge, LENGTH), Value(id_of("bridge"), 744.0, "m", "exact"), Word("outlet", "Hill Post")])
    for wrong in (
        Quote(bridge, OTHER_LENGTH),
        Quote(bridge, " "),
        Value(id_of("bridge"), 745.0, "m", "exact"),
        Value("missing", 744.0, "m", "exact"),
        Word("outlet", "Nobody's News"),
        Counted("article", (bridge, "missing")),
    ):
        with pytest.raises(UnprovenError):
            check(store, [wrong])


def test_template_can_print_nothing_but_fragments(
    store: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "digest.md.j2").write_text("# {{ digest.week }}\n{{ 2 + 2 }}\n", encoding="utf-8")
    monkeypatch.setattr(digests, "_TEMPLATES", tmp_path)
    with pytest.raises(UnprovenError, match="template prints 4"):
        render(build(store, WEEK))
    fixed = (Path(digests.__file__).parent / "templates").glob("*.j2")
    for path in fixed:
        words = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
        assert re.findall(r"\d+", words.replace("From -1 (negative) to +1 (positive)", "")) == [], path.name


def test_week_name_shows_its_days() -> None:
    assert WeekName(WEEK).markdown == "2026-W46 (Mon 9 to Sun 15 Nov 2026)"
    assert "(Mon 28 Dec to Sun 3 Jan 2027)" in WeekName(Week.parse("2026-W53")).markdown
    assert datetime(2026, 11, 9, tzinfo=UTC) == MONDAY

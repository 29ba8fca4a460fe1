"""The label of two figures: a table of what writers say and what it means, over many fields."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from extractors.packs import Metric, PackEntity, Packs, Scope
from store.crosscheck.labels import MetricRule, Stated, label, margin, relative_spread
from store.crosscheck.scopes import ScopeTable, scope_table
from store.crosscheck.wording import is_former, qualifications

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def packs() -> Packs:
    metrics = (
        Metric(id="rank", label="rank", dimension="rank"),
        Metric(id="cost_ratio", label="cost ratio", dimension="ratio", scopes=("baseline",)),
    )
    scopes = (
        Scope(id="overall", dimension="field", cues=("overall",), default_for=("rank",)),
        Scope(id="coding", dimension="field", cues=("coding",)),
        Scope(id="trailing", dimension="basis", cues=("trailing",)),
        Scope(id="forward", dimension="basis", cues=("forward",)),
        Scope(id="quarter", dimension="period", cues=("quarter",)),
        Scope(id="year", dimension="period", cues=("year",)),
    )
    entities = (PackEntity(id="orion-7", name="Orion 7", kind="model"),)
    return Packs(entities, (), metrics, scopes, (), (), (), ())


TABLE: ScopeTable = scope_table(packs())


def said(value: float, *, metric: str = "m", scope: str = "", **changes: object) -> Stated:
    """A figure of outlet "a" at noon, exact and asserted, precise to one."""
    made = Stated(
        figure_id="f1",
        article_id="a1",
        story_id="s",
        origin="a",
        source="",
        value=value,
        low=value,
        high=value,
        step=1.0,
        unit="count",
        bound="exact",
        modality="asserted",
        scope=TABLE.atoms(metric, scope),
        as_of=None,
        published_at=NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def other(value: float, *, metric: str = "m", scope: str = "", **changes: object) -> Stated:
    """The same of another outlet in another article."""
    changes = {"figure_id": "f2", "article_id": "a2", "origin": "b", **changes}
    return said(value, metric=metric, scope=scope, **changes)


LATER = NOON + timedelta(hours=20)
MUCH_LATER = NOON + timedelta(days=60)
USD = {"unit": "USD"}
RANK = {"unit": "rank"}
GROWS = MetricRule("deaths", grows=True)
FIXED = MetricRule("m", holds_days=0)
PLAIN = MetricRule("m")

CASES = [
    # models
    ("744B against 753B", said(744e9, step=1e9), other(753e9, step=1e9), FIXED, "contradiction", "values_differ"),
    ("744B twice", said(744e9, step=1e9), other(744e9, step=1e9), FIXED, "agree", "equal"),
    ("750B rounds 753B", said(750e9, step=1e9), other(753e9, step=1e9), FIXED, "rounding", "rounding"),
    # company results
    ("$1.2bn rounds $1.23bn", said(1.2e9, step=1e8, decimals=True, **USD),
     other(1.23e9, step=1e7, decimals=True, **USD), PLAIN, "rounding", "rounding"),
    ("$1.2bn against $1.4bn", said(1.2e9, step=1e8, decimals=True, **USD), other(1.4e9, step=1e8, decimals=True, **USD),
     PLAIN, "contradiction", "values_differ"),
    ("a quarter's against a year's", said(9e9, scope="quarter", **USD), other(36e9, scope="year", **USD), PLAIN,
     "scope", "scope_differs"),
    ("a quarter's against one of no period", said(9e9, scope="quarter", **USD), other(36e9, **USD), PLAIN,
     "ambiguous", "scope_one_side"),
    ("a period on one side, one value", said(9e9, scope="quarter", **USD), other(9e9, **USD), PLAIN, "agree", "equal"),
    # deals: the cap keeps "$200 million" from swallowing 184
    ("$200m against $184m", said(200e6, step=1e6, **USD), other(184e6, step=1e6, **USD), PLAIN,
     "contradiction", "values_differ"),
    ("about $200m against $191m", said(200e6, step=1e6, bound="about", **USD), other(191e6, step=1e6, **USD), PLAIN,
     "rounding", "hedge"),
    # disasters
    ("12 dead, later 15", said(12), other(15, published_at=LATER), GROWS, "revised", "grew"),
    ("15 dead, later 12", said(15), other(12, published_at=LATER), GROWS, "contradiction", "values_differ"),
    ("12 and 15 dead at one time", said(12), other(15), GROWS, "contradiction", "values_differ"),
    ("at least 10 dead against 15", said(10, bound="at_least"), other(15), GROWS, "agree", "bounds"),
    ("more than 40 hurt against 31", said(40, bound="at_least"), other(31), PLAIN, "contradiction", "bounds_exclude"),
    ("magnitude 6.4 against 6.8", said(6.4, step=0.1, decimals=True), other(6.8, step=0.1, decimals=True), FIXED,
     "contradiction", "values_differ"),
    # elections
    ("10 percent never hides 7.2", said(10), other(7.2, step=0.1, decimals=True), PLAIN, "contradiction",
     "values_differ"),
    ("52 percent rounds 51.8", said(52), other(51.8, step=0.1, decimals=True), PLAIN, "rounding", "rounding"),
    ("turnout as of two days", said(40, as_of=date(2026, 3, 1)), other(61, as_of=date(2026, 3, 2)), PLAIN, "revised",
     "as_of_differs"),
    # trials
    ("50.0 means its zero", said(50.0, step=0.1, decimals=True), other(52), FIXED, "contradiction", "values_differ"),
    ("between 60 and 70 against 66", said(65, low=60, high=70, bound="range"), other(66), PLAIN, "agree", "bounds"),
    ("between 60 and 70 against 75", said(65, low=60, high=70, bound="range"), other(75), PLAIN, "contradiction",
     "bounds_exclude"),
    # ranks
    ("top three excludes fifth", said(3, metric="rank", bound="at_most", low=1, **RANK),
     other(5, metric="rank", scope="overall", **RANK), PLAIN, "contradiction", "bounds_exclude"),
    ("top three holds second", said(3, metric="rank", bound="at_most", low=1, **RANK),
     other(2, metric="rank", scope="overall", **RANK), PLAIN, "agree", "bounds"),
    ("overall against coding", said(3, metric="rank", scope="overall", **RANK),
     other(4, metric="rank", scope="coding", **RANK), PLAIN, "scope", "scope_differs"),
    ("unstated field means overall", said(3, metric="rank", **RANK), other(4, metric="rank", scope="coding", **RANK),
     PLAIN, "scope", "scope_differs"),
    ("third against fifth", said(3, metric="rank", **RANK), other(5, metric="rank", scope="overall", **RANK), PLAIN,
     "contradiction", "values_differ"),
    ("ranks are never rounded", said(10, metric="rank", **RANK), other(11, metric="rank", **RANK), PLAIN,
     "contradiction", "values_differ"),
    # markets
    ("prices of two months", said(101, **USD), other(140, published_at=MUCH_LATER, **USD),
     MetricRule("p", holds_days=1), "revised", "changed_over_time"),
    ("prices of one day", said(101, **USD), other(140, **USD), MetricRule("p", holds_days=1), "contradiction",
     "values_differ"),
    ("trailing against forward", said(94, scope="trailing"), other(18, scope="forward"), PLAIN, "scope",
     "scope_differs"),
    # law
    ("a fine of 2.5m against 4m", said(2.5e6, step=1e5, decimals=True, **USD), other(4e6, step=1e6, **USD), FIXED,
     "contradiction", "values_differ"),
    # energy: a pack's own tolerance
    ("a tolerance of 2 percent", said(1003, step=1), other(1018), MetricRule("gw", tolerance=0.02), "rounding",
     "tolerance"),
    # box office
    ("gross grows", said(81e6, step=1e6, **USD), other(96e6, step=1e6, published_at=LATER, **USD), GROWS, "revised",
     "grew"),
    # baselines of a comparison
    ("two wordings of a baseline", said(0.1, metric="cost_ratio", scope="Western models"),
     other(0.25, metric="cost_ratio", scope="US rivals"), PLAIN, "ambiguous", "scope_worded"),
    ("a baseline with a name", said(0.1, metric="cost_ratio", scope="Orion 7"),
     other(0.25, metric="cost_ratio", scope="US rivals"), PLAIN, "scope", "scope_differs"),
    # who says it
    ("one outlet later", said(5), other(7, origin="a", published_at=LATER), PLAIN, "revised", "same_publisher_later"),
    ("one outlet at one time", said(5), other(7, origin="a"), PLAIN, "ambiguous", "same_publisher_same_time"),
    ("one outlet repeats it", said(5), other(5, origin="a", published_at=LATER), PLAIN, "copied", "same_origin"),
    ("two outlets quote one source", said(5, source="source:x"), other(5, source="source:x"), PLAIN, "copied",
     "same_origin"),
    ("they quote it differently", said(5, source="source:x"), other(7, source="source:x"), PLAIN, "contradiction",
     "one_source_reported_differently"),
    ("they quote it a day later", said(5, source="source:x"), other(7, source="source:x", published_at=LATER), PLAIN,
     "revised", "same_source_later"),
    ("one article, two sources", said(753, source="source:x"),
     other(744, source="source:y", origin="a", article_id="a1"), PLAIN, "contradiction", "values_differ"),
    ("one article, one voice", said(753), other(744, origin="a", article_id="a1"), PLAIN, "ambiguous", "same_article"),
    # a change that its own text states withdraws the old value, whoever printed it
    ("dearer than last week's papers", said(1.9e9, step=1e8, decimals=True, **USD),
     other(2.1e9, replaces=(1.9e9,), published_at=LATER, **USD), PLAIN, "revised", "change_stated"),
    ("another value than the former one", said(1.7e9, step=1e8, decimals=True, **USD),
     other(2.1e9, replaces=(1.9e9,), published_at=LATER, **USD), PLAIN, "contradiction", "values_differ"),
    ("the former value printed afterwards", said(1.9e9, step=1e8, published_at=LATER, **USD),
     other(2.1e9, replaces=(1.9e9,), **USD), PLAIN, "contradiction", "values_differ"),
    ("another quarter's value is not the former one", said(1.9e9, scope="quarter", **USD),
     other(2.1e9, scope="year", replaces=(1.9e9,), published_at=LATER, **USD), PLAIN, "scope", "scope_differs"),
    ("the former value in the same article", said(1.9e9, scope="earlier", origin="b", article_id="a2", **USD),
     other(2.1e9, replaces=(1.9e9,), **USD), PLAIN, "revised", "change_stated"),
    # one publisher, another source each time
    ("first the papers, then the council", said(1.9e9, source="a/papers", **USD),
     other(2.1e9, origin="a", source="a/the-council", published_at=LATER, **USD), PLAIN, "revised",
     "same_publisher_later"),
    ("first one known source, then another", said(753, source="source:x"),
     other(744, origin="a", source="source:y", published_at=LATER), PLAIN, "contradiction", "values_differ"),
    ("first a known source, then its own word", said(753, source="source:x"),
     other(744, origin="a", published_at=LATER), PLAIN, "revised", "same_publisher_later"),
    # bounds are meant as written
    ("more than 900 million against 861", said(900e6, step=1e6, bound="at_least", **USD),
     other(861e6, step=1e6, **USD), PLAIN, "contradiction", "bounds_exclude"),
    # what a place is held in
    ("second in the downhill, ninth in the slalom", said(2, ranked_in=frozenset({"downhill"}), **RANK),
     other(9, ranked_in=frozenset({"slalom"}), **RANK), PLAIN, "ambiguous", "ranked_in_differs"),
    ("second and fourth in the downhill", said(2, ranked_in=frozenset({"downhill"}), **RANK),
     other(4, ranked_in=frozenset({"downhill", "women"}), **RANK), PLAIN, "contradiction", "values_differ"),
    # modality
    ("a forecast is no outcome", said(5, modality="forecast"), other(7), PLAIN, None, None),
    ("two forecasts", said(5, modality="forecast"), other(7, modality="forecast"), PLAIN, "contradiction",
     "values_differ"),
    ("a denial states nothing", said(5, modality="denied"), other(7, modality="denied"), PLAIN, None, None),
    ("two currencies", said(5, unit="USD"), other(7, unit="EUR"), PLAIN, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "a", "b", "metric", "expected", "rule"), CASES, ids=[case[0] for case in CASES])
def test_label(name: str, a: Stated, b: Stated, metric: MetricRule, expected: str | None, rule: str | None) -> None:
    for first, second in ((a, b), (b, a)):
        found = label(first, second, metric, TABLE)
        assert (found and found.label, found and found.rule) == (expected, rule)


@pytest.mark.parametrize(
    ("sentence", "quote", "former"),
    [
        ("It will cost $2.1 billion, up from the $1.9 billion in last week's papers.", "$1.9 billion", True),
        ("It will cost $2.1 billion, up from the $1.9 billion in last week's papers.", "$2.1 billion", False),
        ("Officials raised the toll to 67 from 41.", "41", True),
        ("The toll is 67, not the 41 reported at first.", "41", True),
        ("An earlier estimate of $900 million was too low; it is $1.1 billion.", "$900 million", True),
        ("The bank cut its forecast from 3.1 percent to 2.4 percent.", "3.1 percent", True),
        ("The train from Ostrava carried 41 passengers.", "41", False),
        ("It earned 12 million from 30 shops.", "30", False),
        ("Sales rose 5 percent in 30 shops.", "5 percent", False),
    ],
)
def test_former_values_are_told_by_their_words(sentence: str, quote: str, former: bool) -> None:
    assert is_former(sentence, quote) is former


@pytest.mark.parametrize(
    ("sentence", "quote", "unit", "names"),
    [
        ("In the phase 2 trial it cut attacks by 41 percent.", "41 percent", "percent", ["phase 2"]),
        ("She finished ninth in the second race.", "ninth", "rank", ["race 2"]),
        ("She finished second in the race.", "second", "rank", []),
        ("It raised $90 million in its Series B round.", "$90 million", "USD", ["series b"]),
        ("With 30 percent of ballots counted she had 49.2 percent.", "49.2 percent", "percent", ["30 counted"]),
        ("The vaccine is 78 percent effective against infection.", "78 percent", "percent", ["against infection"]),
        ("A tariff of 25 percent on steel was set on Monday.", "25 percent", "percent", ["on steel"]),
        ("Shares rose 3 percent on Monday.", "3 percent", "percent", []),
    ],
)
def test_words_that_tie_a_number_to_a_part(sentence: str, quote: str, unit: str, names: list[str]) -> None:
    assert [name for _, name in qualifications(sentence, quote, unit)] == names


def test_spread_is_relative_to_the_larger_value() -> None:
    assert relative_spread(753e9, 744e9) == pytest.approx(9 / 753)  # type: ignore[reportUnknownMemberType]
    assert relative_spread(0, 0) == 0


@pytest.mark.parametrize(
    ("value", "step", "decimals", "expected"),
    [(744e9, 1e9, False, 0.5e9), (750e9, 1e9, False, 5e9), (200e6, 1e6, False, 10e6), (50.0, 0.1, True, 0.05)],
)
def test_margin_is_half_the_last_stated_digit_and_capped(
    value: float, step: float, decimals: bool, expected: float
) -> None:
    assert margin(said(value, step=step, decimals=decimals)) == pytest.approx(expected)  # type: ignore[reportUnknownMemberType]

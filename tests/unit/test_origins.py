"""Which source an article counts for."""

import pytest

from extractors.packs import Packs, Publisher
from store.crosscheck.origins import Families, Source, families, origin_of

PACKS = Packs(
    (), (), (), (), (), (), (),
    (
        Publisher(id="wireco", name="Wire Company", outlets=("Wireco", "WRC"), hosts=("wireco.test",), agency=True),
        Publisher(
            id="northern", name="Northern Media", outlets=("The Northern Post", "Fjord Times"), hosts=("np.test",)
        ),
        Publisher(id="harbour", name="Harbour Daily", outlets=("HBD",), hosts=("harbour.test",)),
    ),
)  # fmt: skip


@pytest.fixture
def known() -> Families:
    return families(PACKS)


def source(text: str = "The mayor opened a bridge.", outlet: str = "Valley Echo", **changes: str) -> Source:
    fields = {"url": "https://valley.test/1", "author": "", "source_name": "", **changes}
    return Source("id", fields["url"], outlet, fields["author"], fields["source_name"], text)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (source(), "valley-echo"),
        (source(outlet="The Northern Post"), "northern"),
        (source(outlet="Fjord Times"), "northern"),
        (source(outlet="Some Blog", url="https://news.np.test/a"), "northern"),
        (source(outlet="Some Blog", url="https://notnp.test/a"), "some-blog"),
        (source(source_name="Wireco"), "wireco"),
        (source(author="Jane Roe, Wireco"), "wireco"),
        (source(text="LISBON (Wireco) - The mayor opened a bridge."), "wireco"),
        (source(text="LISBON (WRC) \u2014 The mayor opened a bridge."), "wireco"),
        (source(text="The mayor resigned, according to WRC. More follows."), "wireco"),
        (source(text="The plan was first reported by the Harbour Daily. It drew criticism."), "harbour"),
        (source(text="News.\nThis briefing began from a source item from HBD Business. Open it."), "harbour"),
        (source(text="Text.\nThis article originally appeared in Coastal Review."), "coastal-review"),
        (source(text="The book was first published on Monday and sold out."), "valley-echo"),
        (source(text="Wireco shares fell. The company (WRC) said so."), "valley-echo"),
        (source(outlet="", url="https://www.valley.test/1"), "valley.test"),
    ],
    ids=lambda case: f"{case.outlet}: {case.text[:40]}" if isinstance(case, Source) else str(case),
)
def test_origin(known: Families, case: Source, expected: str) -> None:
    found = origin_of(case, known)
    assert found.origin_id == expected
    assert found.reason


def test_long_hostile_text_takes_linear_time(known: Families) -> None:
    text = "source item from " + "Aa " * 200_000
    assert origin_of(source(text=text), known).reason


def test_the_shipped_families_name_no_host_twice() -> None:
    from extractors.packs import BUILT_IN, load

    hosts = [name for row in load([BUILT_IN / "publishers.toml"]).publishers for name in row.hosts]
    assert len(hosts) > 200
    assert len(hosts) == len(set(hosts))

"""Copies: what is the same text in another place, and what only reports the same event."""

from pathlib import Path

import pytest

from store import articles, db
from store.crosscheck import copies, space
from tests import factories

BODY = (
    "The harbour authority of Eastport closed its northern terminal on Thursday after inspectors found cracks in two "
    "of the cranes that lift containers from the quay. Officials said the machines had carried loads far above their "
    "rating for most of the winter. No one was hurt. Shipping lines were told to expect delays of up to nine days, "
    "and a replacement crane will arrive from Gdansk in the first week of May. The port handles a third of the "
    "region's grain exports. Farmers' groups asked the ministry to open the naval dock to civilian ships until the "
    "repairs are done, a request that the ministry said it would study over the weekend."
)
OTHER = (
    "Grain traders in Eastport face more than a week of waiting because the terminal in the north of the harbour is "
    "shut. Cracked cranes are to blame, inspectors told the port's managers on Thursday morning. The winter's heavy "
    "cargoes are thought to have damaged them. Growers want the navy to lend its dock; a spokeswoman for the ministry "
    "would only promise an answer soon. The new machine has been ordered from a Polish yard, and it should be in "
    "place in May, according to the managers, who called the closure a precaution and nothing more than that."
)
LEAD = (
    "Ships are queueing outside Eastport this weekend, and the bakers of the region are getting nervous about flour. "
)


def decide(a: str, b: str) -> copies.Decision | None:
    return copies.decide(copies.shingles(a), copies.shingles(b), 0.5)


def test_the_same_words_in_another_layout_are_exact() -> None:
    found = decide(BODY, BODY.upper().replace(". ", ".\n\n"))
    assert found is not None
    assert found.kind == "exact"


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        (BODY.replace("on Thursday", "on 12 March"), "near"),
        (OTHER[:400] + LEAD + BODY, "syndicated"),
        (BODY[: len(BODY) // 2], "syndicated"),
    ],
)
def test_light_edits_added_leads_and_cuts_are_copies(changed: str, kind: str) -> None:
    found = decide(BODY, changed)
    assert found is not None
    assert found.kind == kind
    assert 0 < found.score <= 1


def test_an_independent_report_is_no_copy() -> None:
    assert decide(BODY, OTHER) is None


def test_short_notes_are_copies_only_when_equal() -> None:
    note = "Shares of the port company fell four percent on Friday."
    assert decide(note, note) is not None
    assert decide(note, note + " Trading was thin.") is None


def test_a_copy_names_its_earliest_original(tmp_path: Path) -> None:
    texts = {"first": BODY, "second": LEAD + BODY, "third": BODY.replace("No one was hurt. ", ""), "apart": OTHER}
    stored = [factories.article(name, text=text, outlet=f"Outlet {name}") for name, text in texts.items()]
    by_id = {article.article_id: article.url.rsplit("/", 1)[1] for article in stored}
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, stored, (), "run")
        ids = sorted(by_id)
        window = space.build(connection, ids)
        near = space.nearest(window, [window.rows[name] for name in ids], 5)
        copies.find(connection, window, near, ids)
        rows = connection.execute("SELECT article_id, copy_of FROM core.article").fetchall()
    found = {by_id[name]: by_id.get(original or "", "") for name, original in rows}
    originals = {name for name, original in found.items() if not original}
    assert found["apart"] == ""
    assert len(originals) == 2
    assert {found[name] for name in found if found[name]} == originals - {"apart"}

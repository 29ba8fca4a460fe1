"""Stories: articles about one event belong together, ids stay, and a chain of neighbours is no story."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from extractors.packs import Packs
from extractors.records import Article
from store import analyses, articles, db
from store.crosscheck.run import crosscheck
from store.crosscheck.space import Space, weighted
from store.crosscheck.stories import Grouping, average
from tests import factories

NO_PACKS = Packs((), (), (), (), (), (), (), ())
CRANE = "Cracked cranes close the Eastport container terminal; grain ships wait while inspectors test the quay. "
VOTE = "Parliament in Lorvania rejects the pension bill; the finance minister resigns after the lost ballot. "
FIRE = "Firefighters contain a blaze in the pine hills above Sant Oriol; villagers return to their farms. "
STORIES = {"crane": CRANE, "vote": VOTE, "fire": FIRE}
EXTRA = ("Residents were informed by telephone.", "A further statement is due tomorrow.", "Editors updated the piece.")


def made(topic: str, number: int, days: float = 0) -> Article:
    return factories.article(
        f"{topic}-{number}",
        text=f"{EXTRA[number % 3]} {STORIES[topic] * 2}{EXTRA[(number + 1) % 3]}",
        outlet=f"Outlet {number}",
        title=f"{STORIES[topic].split(';')[0]} {number}",
        published_at=factories.NOW + timedelta(days=days),
    )


def ingest(connection: duckdb.DuckDBPyConnection, batch: Sequence[Article]) -> None:
    articles.store(connection, batch, (), "run")
    analyses.store(connection, [factories.analysis(article) for article in batch], "none")
    crosscheck(connection, NO_PACKS, now=factories.NOW)


def stories(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute("SELECT url, story_id FROM core.article").fetchall()
    return {url.rsplit("/", 1)[1]: story for url, story in rows}


def test_articles_about_one_event_share_a_story_and_others_do_not(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        ingest(connection, [made(topic, number) for topic in STORIES for number in range(3)])
        found = stories(connection)
        titles = dict(connection.execute("SELECT story_id, title FROM core.story").fetchall())
    groups = {topic: {found[f"{topic}-{number}"] for number in range(3)} for topic in STORIES}
    assert all(len(group) == 1 for group in groups.values())
    assert len(set.union(*groups.values())) == 3
    assert titles[found["vote-0"]].startswith("Parliament in Lorvania rejects the pension bill")
    assert set(titles) == set(found.values())


def test_a_later_batch_joins_the_story_and_its_id_stays(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        ingest(connection, [made("crane", 0), made("vote", 0)])
        before = stories(connection)
        ingest(connection, [made("crane", 1, days=1), made("fire", 0, days=1)])
        after = stories(connection)
    assert {name: after[name] for name in before} == before
    assert after["crane-1"] == before["crane-0"]
    assert after["fire-0"] not in before.values()


def test_a_second_event_of_the_same_words_much_later_is_another_story(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        ingest(connection, [made("fire", 0), made("fire", 1, days=200)])
        found = stories(connection)
    assert found["fire-0"] != found["fire-1"]


def space_of(vectors: Sequence[Sequence[float]]) -> Space:
    rows = np.array(vectors, np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    from scipy.sparse import csr_matrix

    words = weighted(csr_matrix(np.ones((len(rows), 4), np.float32)))
    names = tuple(f"a{number}" for number in range(len(rows)))
    return Space(names, np.zeros(len(rows)), words, rows, {name: row for row, name in enumerate(names)})


def test_closeness_is_the_average_and_not_the_nearest_member() -> None:
    space = space_of([(1, 0), (0.2, 1), (-1, 0.1)])
    near, far = average(space, 1, [0]), average(space, 1, [2])
    assert average(space, 1, [0, 2]) == pytest.approx((near + far) / 2)  # type: ignore[reportUnknownMemberType]
    grouping = Grouping(space)
    grouping.put(0, "s")
    grouping.put(2, "s")
    assert grouping.closeness(1, "s") < near

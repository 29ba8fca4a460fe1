"""The run ledger: a lost, cut or damaged log or file is noticed and left alone; what is legitimate raises no alarm."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from extractors.errors import StoreUnreadable
from store import articles, backup, db, migrate, run_ledger, runs
from store.transactions import transaction
from tests.factories import NOW, article

ROOT = Path(__file__).parents[2]
WAL = "crosswire.duckdb.wal"
SCHEMA = len(migrate.migration_files())
"""Migrations: each is a commit of its own."""

_KILLED = """
import os, signal, sys
from pathlib import Path
from store import articles, db, runs
from tests.factories import NOW, article

with db.open_writer(Path(sys.argv[1])) as connection:
    run_id = runs.start(connection, "ingest", NOW)
    for number in range(20):
        articles.store(connection, [article(f"new-{number}")], [], run_id)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home after one whole run of 30 articles."""
    _run(tmp_path, "old", 30)
    return tmp_path


@pytest.fixture(scope="module")
def killed_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a home whose second run was killed after 21 commits, before its checkpoint."""
    folder = tmp_path_factory.mktemp("killed")
    _run(folder, "old", 30)
    subprocess.run([sys.executable, "-c", _KILLED, str(folder)], cwd=ROOT, check=False)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(files[WAL]) > 10_000
    return files


@pytest.fixture
def killed(tmp_path: Path, killed_files: dict[str, bytes]) -> Path:
    for name, body in killed_files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    return tmp_path


def _run(home: Path, name: str, number: int) -> None:
    with db.open_writer(home) as connection:
        run_id = runs.start(connection, "ingest", NOW)
        articles.store(connection, [article(f"{name}-{each}") for each in range(number)], [], run_id)
        runs.finish(connection, run_id, runs.RunCounts(fetched=number, stored=number), "completed", NOW)


def _count(home: Path) -> int:
    with db.open_writer(home) as connection:
        row = connection.execute("SELECT count(*) FROM core.article").fetchone()
    assert row
    return int(row[0])


def _files(home: Path) -> dict[str, str]:
    wanted = [db.database_path(home), home / WAL, run_ledger.ledger_path(home)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in wanted if path.exists()}


def _refused(home: Path, code: str) -> str:
    """Open for writing: it must be refused with the code, in one line, and every file must stay as it was."""
    before = _files(home)
    with pytest.raises(StoreUnreadable) as caught, db.open_writer(home):
        pass
    line = str(caught.value)
    assert line.startswith(f"{code}: "), line
    assert "\n" not in line
    assert "it is left as it is: restore it with `crosswire restore latest`" in line
    assert caught.value.exit_code == 65
    assert _files(home) == before
    return line


def test_a_run_that_was_killed_before_its_checkpoint_raises_no_alarm(killed: Path) -> None:
    assert _count(killed) == 50


def test_a_lost_log_is_a_rollback(killed: Path) -> None:
    (killed / WAL).unlink()
    line = _refused(killed, "db_rollback")
    assert f"holds {SCHEMA + 4} of {SCHEMA + 25} commits" in line


def test_an_emptied_log_is_a_rollback(killed: Path) -> None:
    (killed / WAL).write_bytes(b"")
    _refused(killed, "db_rollback")


@pytest.mark.parametrize("share", [0.001, 0.02, 0.1, 0.4, 0.7, 0.95, 0.999])
def test_a_cut_log_is_a_rollback(killed: Path, share: float) -> None:
    log = killed / WAL
    os.truncate(log, int(log.stat().st_size * share))
    _refused(killed, "db_rollback")


@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_byte_in_the_log_is_noticed(killed: Path, seed: int) -> None:
    log = killed / WAL
    body = bytearray(log.read_bytes())
    body[random.Random(seed).randrange(len(body))] ^= 0x40
    log.write_bytes(body)
    before = _files(killed)
    with pytest.raises(StoreUnreadable, match=r"^db_(corrupt|rollback): .*restore latest"), db.open_writer(killed):
        pass
    assert _files(killed) == before


def test_after_restoring_the_next_run_works_and_the_damaged_files_are_kept(killed: Path) -> None:
    os.truncate(killed / WAL, 4000)
    before = _files(killed)
    done = backup.restore(killed, "latest")
    assert done.aside
    assert hashlib.sha256(done.aside.read_bytes()).hexdigest() == before["crosswire.duckdb"]
    assert (killed / "replaced" / f"{done.aside.name}.wal").stat().st_size == 4000
    assert _count(killed) == 30
    _run(killed, "new", 20)
    assert _count(killed) == 50


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_noticed_wherever_it_is_damaged(home: Path, seed: int) -> None:
    """A block that holds nothing may be damaged without harm: then all rows must be there."""
    path = db.database_path(home)
    body = bytearray(path.read_bytes())
    start = random.Random(seed).randrange(len(body) - 64)
    body[start : start + 64] = bytes(each ^ 0xFF for each in body[start : start + 64])
    path.write_bytes(body)
    before = _files(home)
    try:
        found = str(_count(home))
    except StoreUnreadable as error:
        found = str(error)
        assert _files(home) == before
    assert found == "30" or found.startswith("db_corrupt: ")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_noticed(home: Path, share: float) -> None:
    path = db.database_path(home)
    os.truncate(path, int(path.stat().st_size * share))
    _refused(home, "db_corrupt")


def test_an_older_file_in_its_place_is_a_rollback(home: Path) -> None:
    older = db.database_path(home).read_bytes()
    _run(home, "more", 5)
    db.database_path(home).write_bytes(older)
    _refused(home, "db_rollback")


def test_rows_that_someone_else_deleted_are_missed(home: Path) -> None:
    with duckdb.connect(str(db.database_path(home))) as other:
        other.execute("DELETE FROM core.article WHERE title LIKE '%7'")
    line = _refused(home, "db_rollback")
    assert "article: 27 of 30 rows" in line


def test_values_that_someone_else_changed_are_noticed(home: Path) -> None:
    with duckdb.connect(str(db.database_path(home))) as other:
        other.execute("UPDATE core.article SET title = 'other' WHERE title LIKE '%7'")
    assert "other rows than the last run left" in _refused(home, "db_corrupt")


def test_a_file_that_was_only_copied_back_raises_no_alarm(home: Path) -> None:
    path = db.database_path(home)
    path.write_bytes(path.read_bytes())
    os.utime(path, (1, 1))
    assert _count(home) == 30


@pytest.mark.parametrize(
    "text", [None, "", "noise\n", '{"commits": 2}\n{"comm', '{"rows": 1, "commits": 1}\n', "[]\n3\n"]
)
def test_a_lost_or_half_written_ledger_raises_no_alarm(home: Path, text: str | None) -> None:
    if text is None:
        run_ledger.ledger_path(home).unlink()
    else:
        run_ledger.ledger_path(home).write_text(text)
    assert _count(home) == 30
    _run(home, "more", 1)
    assert _count(home) == 31


def test_a_commit_whose_mark_was_not_written_raises_no_alarm(killed: Path) -> None:
    ledger = run_ledger.ledger_path(killed)
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-1]))
    assert _count(killed) == 50


def test_deleting_what_a_later_reading_replaces_raises_no_alarm(home: Path) -> None:
    """A killed run may leave fewer findings than the run before it; only growing tables are held to their rows."""
    with db.open_writer(home) as connection, transaction(connection):
        connection.execute("INSERT INTO core.story VALUES ('s', 'a story')")
    script = _KILLED.replace("for number", "connection.execute('DELETE FROM core.story')\n    for number")
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=ROOT, check=False)
    assert _count(home) == 50


def test_a_lost_file_is_told_even_when_the_snapshots_went_with_it(home: Path) -> None:
    db.database_path(home).unlink()
    for path in sorted((home / "snapshots").rglob("*.duckdb")):
        path.unlink()
    with pytest.raises(StoreUnreadable, match=r"^db_corrupt: .*ledger\.jsonl tells of one"):
        db.open_writer(home).__enter__()


def test_the_ledger_counts_each_transaction_once_and_stays_short(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run_ledger.read(home)
    assert first.commits == SCHEMA + 1 + 3, "the schema's migrations, its views, and the three of the run"
    assert first.lines[-1].contents.rows["article"] == 30
    monkeypatch.setattr(run_ledger, "KEPT", 3)
    for number in range(5):
        _run(home, f"more-{number}", 1)
    lines = run_ledger.ledger_path(home).read_text().splitlines()
    assert len(lines) == 3
    assert run_ledger.read(home).commits == first.commits + 5 * 3


def test_a_run_that_stores_nothing_changes_neither_file(home: Path) -> None:
    before = _files(home)
    assert _count(home) == 30
    assert _files(home) == before


def _commits_of(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield from (
        row[0] for row in connection.execute("SELECT value FROM core.setting WHERE name = 'commits'").fetchall()
    )


def test_a_transaction_that_is_rolled_back_counts_for_nothing(home: Path) -> None:
    with db.open_writer(home) as connection:
        before = list(_commits_of(connection))
        with pytest.raises(duckdb.CatalogException), transaction(connection):
            connection.execute("SELECT * FROM nowhere")
        assert list(_commits_of(connection)) == before
    _run(home, "more", 1)
    assert _count(home) == 31

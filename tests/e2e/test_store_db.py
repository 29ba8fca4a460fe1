"""Opening, migrating, locking, publishing, and what a killed writer leaves behind."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from extractors.errors import StoreFull, StoreLocked, StoreTooNew, StoreUnreadable
from store import articles, check, db, lock, migrate, runs, snapshot
from store.transactions import transaction
from tests.factories import NOW, article

ROOT = Path(__file__).parents[2]


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


def spawn(script: str, home: Path) -> "subprocess.Popen[str]":
    """Start a script that gets `home` as its argument and says "ready" when the test may go on."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline().strip() == "ready"
    return process


def test_a_new_home_is_made_with_all_tables_and_views(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    with db.open_writer(home) as connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        assert len(views) == 16
        for (name,) in views:
            connection.execute(f"SELECT * FROM {name}")
    assert db.database_path(home).exists()
    assert snapshot.snapshot_path(home).exists()
    assert not (home / "crosswire.duckdb.wal").exists()


def test_times_come_back_in_utc_whatever_the_machine_is_set_to(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, [article()], [], "r")
    with db.open_reader(tmp_path) as connection:
        row = connection.execute("SELECT published_at, published_at::VARCHAR FROM articles").fetchone()
    assert row == (NOW, "2026-07-06 12:00:00+00")


def test_without_a_database_a_reader_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match=r"no database yet at .*: run `crosswire run` or `crosswire import`"):
        db.open_reader(tmp_path).__enter__()
    assert list(tmp_path.iterdir()) == []


def test_readers_cannot_write(tmp_path: Path) -> None:
    with db.open_writer(tmp_path):
        pass
    with db.open_reader(tmp_path) as connection, pytest.raises(duckdb.Error, match="read-only"):
        connection.execute("DELETE FROM core.article")


def test_reopening_changes_nothing_and_publishes_nothing(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, [article()], [], "r")
    before = snapshot.snapshot_path(tmp_path).stat().st_ino
    with db.open_writer(tmp_path) as connection:
        assert count(connection, "core.migration") == len(migrate.migration_files())
    assert snapshot.snapshot_path(tmp_path).stat().st_ino == before


def test_a_second_writer_gets_one_line_with_the_pid(tmp_path: Path) -> None:
    with db.open_writer(tmp_path), pytest.raises(StoreLocked) as caught, db.open_writer(tmp_path):
        pass
    line = str(caught.value)
    assert re.match(
        rf"locked: another run \(pid {os.getpid()}, started 2\d{{3}}-[^)]+ UTC\) is in progress: wait", line
    )
    assert "\n" not in line
    assert caught.value.exit_code == 75


_HOLD = """
import sys
from pathlib import Path
from store import articles, db
from tests.factories import article
with db.open_writer(Path(sys.argv[1])) as connection:
    articles.store(connection, [article("while-writing")], [], "r")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_others_read_while_one_writes_and_see_the_end_of_the_run_before(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, [article("before")], [], "r")
    writer = spawn(_HOLD, tmp_path)
    with pytest.raises(StoreLocked, match=f"pid {writer.pid}, started"), db.open_writer(tmp_path):
        pass
    with db.open_reader(tmp_path) as reader:
        assert count(reader, "articles") == 1
        writer.communicate("go\n", timeout=30)
        assert writer.returncode == 0
        assert count(reader, "articles") == 1, "an open reader keeps its copy"
    with db.open_reader(tmp_path) as reader:
        assert count(reader, "articles") == 2


def test_the_lock_of_a_killed_writer_is_free_at_once(tmp_path: Path) -> None:
    writer = spawn(_HOLD, tmp_path)
    writer.kill()
    writer.wait(timeout=30)
    assert (tmp_path / lock.HOLDER_NAME).exists(), "it could not tidy up"
    with db.open_writer(tmp_path) as connection:
        assert count(connection, "core.article") == 1, "what was committed is kept"


_IN_TRANSACTION = """
import sys, time
from pathlib import Path
from store import articles, db, runs
from tests.factories import NOW, article
with db.open_writer(Path(sys.argv[1])) as connection:
    run_id = runs.start(connection, "ingest", NOW)
    articles.store(connection, [article("kept")], [], run_id)
    with db.transaction(connection):
        articles.store(connection, [article(f"lost-{number}") for number in range(200)], [], run_id)
        print("ready", flush=True)
        time.sleep(60)
"""


def test_a_writer_killed_within_a_transaction_leaves_all_before_it_and_nothing_of_it(tmp_path: Path) -> None:
    writer = spawn(_IN_TRANSACTION, tmp_path)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait(timeout=30)
    with db.open_writer(tmp_path) as connection:
        assert connection.execute("SELECT state FROM runs").fetchall() == [("crashed",)]
        assert count(connection, "articles") == count(connection, "revisions") == 1
        run_id = runs.start(connection, "ingest", NOW)
        again = [article("kept"), *(article(f"lost-{number}") for number in range(200))]
        counts = articles.store(connection, again, [], run_id)
        assert (counts.stored, counts.unchanged) == (200, 1)
        assert check.check(connection) == []


_WRITE_ON = """
import sys
from pathlib import Path
from store import articles, db
from tests.factories import article
print("ready", flush=True)
with db.open_writer(Path(sys.argv[1])) as connection:
    for number in range(1000):
        articles.store(connection, [article(f"a{number}"), article(f"b{number}")], [], "r")
"""


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.5])
def test_killed_at_any_moment_every_batch_is_there_whole_or_not_at_all(tmp_path: Path, delay: float) -> None:
    writer = spawn(_WRITE_ON, tmp_path)
    time.sleep(delay)
    writer.kill()
    writer.wait(timeout=30)
    with db.open_writer(tmp_path) as connection:
        assert count(connection, "articles") % 2 == 0
        assert count(connection, "articles") == count(connection, "revisions")
        articles.store(connection, [article("a0"), article("b0")], [], "r")
        assert [line for line in check.check(connection) if "run_id" not in line] == []


def _store_and_fail(connection: duckdb.DuckDBPyConnection) -> None:
    with transaction(connection):
        articles.store(connection, [article()], [], "r")
        connection.execute("SELECT * FROM nowhere")


def test_an_error_rolls_the_whole_transaction_back_and_is_not_swallowed(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        with pytest.raises(duckdb.CatalogException):
            _store_and_fail(connection)
        assert count(connection, "core.article") == 0
        articles.store(connection, [article()], [], "r")
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 1


def _store_then_fail(connection: duckdb.DuckDBPyConnection) -> None:
    articles.store(connection, [article()], [], "r")
    connection.execute("SELECT * FROM nowhere")


def test_what_was_committed_before_an_error_is_kept_and_published(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), db.open_writer(tmp_path) as connection:
        _store_then_fail(connection)
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 1


def test_an_inner_transaction_joins_the_outer_one(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        with pytest.raises(duckdb.CatalogException), transaction(connection):
            _store_and_fail(connection)
        assert count(connection, "core.article") == 0


@pytest.mark.parametrize("damage", ["no database at all\n" * 500, "\x00" * 50_000])
def test_a_damaged_database_is_refused_in_one_line_and_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = db.database_path(tmp_path)
    path.write_text(damage)
    with pytest.raises(StoreUnreadable) as caught, db.open_writer(tmp_path):
        pass
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_text() == damage


def test_a_cut_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, [article(f"s{number}") for number in range(500)], [], "r")
    path = db.database_path(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(StoreUnreadable), db.open_writer(tmp_path) as connection:
        connection.execute("SELECT sum(length(text)) FROM articles").fetchall()
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 500, "the snapshot still serves"


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_lost_database_is_not_silently_begun_anew(tmp_path: Path, how: str) -> None:
    with db.open_writer(tmp_path):
        pass
    path = db.database_path(tmp_path)
    path.unlink()
    if how == "empty":
        path.touch()
    with pytest.raises(StoreUnreadable, match="empty or missing, but its last snapshot is there"):
        db.open_writer(tmp_path).__enter__()


def test_a_newer_database_is_refused_by_writers_and_readers(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        connection.execute("INSERT INTO core.migration VALUES (9999, 'from_the_future')")
    for opened in (db.open_writer, db.open_reader):
        with pytest.raises(StoreTooNew, match="install a newer crosswire") as caught:
            opened(tmp_path).__enter__()
        assert caught.value.exit_code == 78


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(db.database_path(tmp_path))) as foreign:
        foreign.execute("CREATE TABLE sales (year INTEGER)")
    with pytest.raises(StoreUnreadable, match="not made by crosswire"), db.open_writer(tmp_path):
        pass


def test_views_are_made_anew_when_their_files_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.open_writer(tmp_path):
        pass
    monkeypatch.setattr(migrate, "views_sql", lambda: "CREATE OR REPLACE VIEW only_one AS SELECT 1 AS one;")
    with db.open_writer(tmp_path) as connection:
        assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == [
            ("only_one",)
        ]


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in migrate.migration_files()] == list(range(1, migrate.latest_version() + 1))


def test_the_schema_uses_nothing_that_ducklake_refuses(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        assert count(connection, "duckdb_constraints()") == 0
        assert count(connection, "duckdb_indexes()") == 0
        fixed = connection.execute("SELECT count(*) FROM duckdb_columns() WHERE data_type SIMILAR TO '.*\\[\\d+\\]'")
        assert fixed.fetchone() == (0,)


def test_a_half_made_snapshot_of_a_killed_writer_is_cleared_away(tmp_path: Path) -> None:
    folder = snapshot.snapshot_path(tmp_path).parent
    folder.mkdir()
    (folder / ".crosswire.duckdb.99999").write_text("half")
    with db.open_writer(tmp_path):
        pass
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["crosswire.duckdb"]


_FILL = """
import resource, signal, sys
from pathlib import Path
from extractors.errors import StoreFull
from store import articles, db
from tests.factories import article
home = Path(sys.argv[1])
with db.open_writer(home) as connection:
    articles.store(connection, [article("kept")], [], "r")
print("ready", flush=True)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (6_000_000, 6_000_000))
import random
letters = random.Random(1)
try:
    with db.open_writer(home) as connection:
        big = ["".join(letters.choices("abcdefghijklmnop ", k=100_000)) for _ in range(200)]
        articles.store(connection, [article(f"s{number}", text=text) for number, text in enumerate(big)], [], "r")
except StoreFull as error:
    sys.exit(f"{error.exit_code} {error}")
"""


def test_a_full_disk_is_one_line_and_nothing_is_half_stored(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the full disk."""
    process = subprocess.Popen(
        [sys.executable, "-c", _FILL, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, errors = process.communicate(timeout=60)
    assert errors.splitlines()[-1].startswith("74 no room left on the disk"), errors
    with db.open_writer(tmp_path) as connection:
        assert count(connection, "articles") == count(connection, "revisions") == 1
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 1


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnreadable, match=r"cannot make the folder .*: Not a directory: set CROSSWIRE_HOME$"):
        db.open_writer(tmp_path / "file" / "home").__enter__()


def test_a_snapshot_that_cannot_be_written_leaves_the_former_one_and_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.open_writer(tmp_path):
        pass
    monkeypatch.setattr(shutil, "copy2", _no_room)
    with pytest.raises(StoreFull, match="not yet for readers"), db.open_writer(tmp_path) as connection:
        articles.store(connection, [article()], [], "r")
    monkeypatch.undo()
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 0
    with db.open_writer(tmp_path):
        pass
    with db.open_reader(tmp_path) as connection:
        assert count(connection, "articles") == 1


def _no_room(source: Path, target: Path) -> None:
    target.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_snapshot_of_an_older_schema_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.open_writer(tmp_path):
        pass
    monkeypatch.setattr(migrate, "latest_version", lambda: 9999)
    with pytest.raises(StoreUnreadable, match="written by an older crosswire: run `crosswire run` once"):
        db.open_reader(tmp_path).__enter__()

"""Backups, kept copies, restoring, checking; migrations with their copy; a full disk at every step."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from extractors.errors import CrosswireError, StoreFull, StoreLocked, StoreTooNew, StoreUnreadable
from flows import cli
from store import articles, backup, contents, db, migrate, run_ledger, runs, snapshot, upgrade
from tests.factories import NOW, article

COMING = len(migrate.migration_files()) + 1
"""The number of a migration that does not exist yet."""


ROOT = Path(__file__).parents[2]


def store(home: Path, *slugs: str) -> None:
    with db.open_writer(home) as connection:
        run_id = runs.start(connection, "ingest", NOW)
        articles.store(connection, [article(slug) for slug in slugs], [], run_id)
        runs.finish(connection, run_id, runs.RunCounts(fetched=len(slugs), stored=len(slugs)), "completed", NOW)


def stored(path: Path) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            title.removeprefix("Headline of ")
            for (title,) in connection.execute("SELECT title FROM articles").fetchall()
        }


def spoil(path: Path) -> None:
    """Break every block but the headers."""
    body = bytearray(path.read_bytes())
    for place in range(12_288, len(body), 4096):
        body[place + 100] ^= 0xFF
    path.unlink()  # it may be a hard link
    path.write_bytes(body)


# Kept copies


def on(home: Path, day: datetime) -> None:
    """Publish what the database holds as if it had last been changed on that day."""
    path = db.database_path(home)
    os.utime(path, (day.timestamp(), day.timestamp()))
    with db.open_writer(home):
        pass


def test_seven_days_and_eight_weeks_are_kept(tmp_path: Path) -> None:
    store(tmp_path, "one")
    first = datetime(2030, 1, 1, tzinfo=UTC)
    for day in (*range(0, 63, 7), *range(63, 72)):
        on(tmp_path, first + timedelta(days=day))
    folder = tmp_path / "snapshots"
    names = {name: sorted(path.stem for path in (folder / name).iterdir()) for name in ("daily", "weekly")}
    assert names["daily"] == [f"2030-03-{day:02}" for day in range(7, 14)]
    assert names["weekly"] == [f"2030-W{week:02}" for week in range(4, 12)]


def test_kept_copies_of_one_day_take_no_room_of_their_own_and_stay_what_they_were(tmp_path: Path) -> None:
    store(tmp_path, "one")
    on(tmp_path, datetime(2026, 5, 1, tzinfo=UTC))
    (day,) = [path for path in backup.candidates(tmp_path) if path.stem == "2026-05-01"]
    assert day.samefile(snapshot.snapshot_path(tmp_path))
    store(tmp_path, "two")
    assert stored(day) == {"one"}
    assert stored(snapshot.snapshot_path(tmp_path)) == {"one", "two"}


def test_without_hard_links_the_copies_are_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    store(tmp_path, "one")
    for path in snapshot.kept_copies(tmp_path):
        assert not path.samefile(snapshot.snapshot_path(tmp_path))
        assert stored(path) == {"one"}


def test_a_copy_that_is_not_what_the_database_holds_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, "one")
    whole = shutil.copy2

    def damage(source: Path, target: Path) -> None:
        whole(source, target)
        spoil(target)

    monkeypatch.setattr(shutil, "copy2", damage)
    with pytest.raises(StoreUnreadable, match="readers see the run before"):
        store(tmp_path, "two")
    monkeypatch.undo()
    assert stored(snapshot.snapshot_path(tmp_path)) == {"one"}
    store(tmp_path, "three")
    assert stored(snapshot.snapshot_path(tmp_path)) == {"one", "two", "three"}


# Backup and restore


def test_a_backup_is_whole_and_can_be_put_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store(home, "one", "two")
    made = backup.backup(home, tmp_path / "elsewhere")
    assert (made.path.parent, made.during_run) == (tmp_path / "elsewhere", False)
    assert stored(made.path) == {"one", "two"}
    assert made.contents == contents.verified(db.database_path(home))
    store(home, "three")
    done = backup.restore(home, str(made.path))
    assert stored(db.database_path(home)) == stored(snapshot.snapshot_path(home)) == {"one", "two"}
    assert done.aside
    assert stored(done.aside) == {"one", "two", "three"}
    store(home, "four")
    assert stored(snapshot.snapshot_path(home)) == {"one", "two", "four"}
    assert stored(made.path) == {"one", "two"}


def test_a_backup_during_a_run_is_what_the_run_before_it_left(tmp_path: Path) -> None:
    store(tmp_path, "one")
    with db.open_writer(tmp_path) as connection:
        articles.store(connection, [article("two")], [], "r")
        made = backup.backup(tmp_path)
        assert made.during_run
        assert stored(made.path) == {"one"}
        with pytest.raises(StoreLocked, match=r"^locked: another run \(pid"):
            backup.restore(tmp_path, "latest")
        assert backup.check_all(tmp_path).path == snapshot.snapshot_path(tmp_path)


def test_the_newest_sound_copy_is_taken(tmp_path: Path) -> None:
    for day, slug in enumerate(("one", "two", "three"), start=1):
        store(tmp_path, slug)
        on(tmp_path, datetime(2026, 5, day, tzinfo=UTC))
    spoil(db.database_path(tmp_path))
    for path in backup.candidates(tmp_path):
        if path.stat().st_mtime > datetime(2026, 5, 2, 12, tzinfo=UTC).timestamp():
            spoil(path)
            os.utime(path, (2e9, 2e9))
    done = backup.restore(tmp_path, "latest")
    assert done.source.stem == "2026-05-02"
    assert len(done.passed_over) == 5, "the readers' copy, that of the 3rd of May, of today, and of both weeks"
    assert all(line.startswith("db_corrupt: ") for line in done.passed_over)
    assert stored(db.database_path(tmp_path)) == {"one", "two"}
    store(tmp_path, "four")
    assert stored(snapshot.snapshot_path(tmp_path)) == {"one", "two", "four"}


def test_two_restores_keep_both_files_aside(tmp_path: Path) -> None:
    store(tmp_path, "one")
    first, second = (backup.restore(tmp_path, "latest").aside for _ in range(2))
    assert first
    assert second
    assert first != second
    assert stored(first) == stored(second) == {"one"}


def test_a_restore_into_an_empty_home(tmp_path: Path) -> None:
    store(tmp_path / "old", "one")
    made = backup.backup(tmp_path / "old", tmp_path)
    done = backup.restore(tmp_path / "new", str(made.path))
    assert done.aside is None
    store(tmp_path / "new", "two")
    assert stored(snapshot.snapshot_path(tmp_path / "new")) == {"one", "two"}


def test_what_cannot_be_restored_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, "one")
    before = db.database_path(tmp_path).read_bytes()
    (tmp_path / "text.duckdb").write_text("no database " * 5000)
    shutil.copy(db.database_path(tmp_path), tmp_path / "damaged.duckdb")
    spoil(tmp_path / "damaged.duckdb")
    with duckdb.connect(str(tmp_path / "foreign.duckdb")) as foreign:
        foreign.execute("CREATE TABLE sales (year INTEGER)")
    shutil.copy(db.database_path(tmp_path), tmp_path / "open.duckdb")
    (tmp_path / "open.duckdb.wal").write_text("x")
    for name in ("text", "damaged", "foreign", "open", "missing"):
        with pytest.raises(CrosswireError) as caught:
            backup.restore(tmp_path, str(tmp_path / f"{name}.duckdb"))
        assert f"{name}.duckdb" in str(caught.value) or name == "foreign"
        assert "\n" not in str(caught.value)
    made = backup.backup(tmp_path)
    monkeypatch.setattr(migrate, "latest_version", lambda: 0)
    with pytest.raises(StoreTooNew):
        backup.restore(tmp_path, str(made.path))
    assert db.database_path(tmp_path).read_bytes() == before
    assert not (tmp_path / "replaced").exists()


@pytest.mark.parametrize("killed_in", ["_move_aside", "run_ledger.start_over", "snapshot.publish"])
def test_a_restore_that_is_cut_off_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    store(tmp_path, "one")
    made = backup.backup(tmp_path)
    store(tmp_path, "two")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"store.backup.{killed_in}", cut_off)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(tmp_path, str(made.path))
    backup.restore(tmp_path, str(made.path))
    store(tmp_path, "three")
    assert stored(snapshot.snapshot_path(tmp_path)) == {"one", "three"}


def test_a_check_reads_all_and_names_what_is_broken(tmp_path: Path) -> None:
    with db.open_writer(tmp_path) as connection:
        run_id = runs.start(connection, "ingest", NOW)
        articles.store(connection, [article("one")], [], run_id)
    assert backup.check_all(tmp_path).problems == ()
    with db.open_writer(tmp_path) as connection, db.transaction(connection):
        connection.execute("INSERT INTO core.story VALUES ('s', 'a'), ('s', 'b')")
    assert backup.check_all(tmp_path).problems == ("story: not unique by story_id (1, such as s)",)
    spoil(db.database_path(tmp_path))
    with pytest.raises(StoreUnreadable, match=r"^db_corrupt: "):
        backup.check_all(tmp_path)


# Migrations


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the schema before a coming migration, whose text a test writes into the file that is returned."""
    store(tmp_path / "home", "one")
    coming = tmp_path / "9998_coming.sql"
    number = migrate.latest_version() + 1
    known = migrate.migration_files()
    monkeypatch.setattr(migrate, "migration_files", lambda: (*known, (number, coming)))
    return coming


def test_a_migration_leaves_a_copy_from_before(older: Path, tmp_path: Path) -> None:
    older.write_text("ALTER TABLE core.story ADD COLUMN place VARCHAR; UPDATE core.article SET title = 'new';")
    home = tmp_path / "home"
    with db.open_writer(home) as connection:
        assert migrate.version(connection) == migrate.latest_version()
        assert connection.execute("SELECT place FROM core.story").fetchall() == []
    copy = upgrade.copy_path(home, migrate.latest_version() - 1)
    assert stored(copy) == {"one"}
    assert stored(snapshot.snapshot_path(home)) == {"new"}
    store(home, "two")


def test_a_killed_runs_log_is_part_of_the_copy(older: Path, tmp_path: Path) -> None:
    older.write_text("ALTER TABLE core.story ADD COLUMN place VARCHAR;")
    home = tmp_path / "home"
    script = (
        "import os, sys; from pathlib import Path\n"
        "from store import articles, db; from tests.factories import article\n"
        "with db.open_writer(Path(sys.argv[1])) as connection:\n"
        "    articles.store(connection, [article('two')], [], 'r'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(home)], cwd=ROOT, check=False)
    assert (home / "crosswire.duckdb.wal").stat().st_size
    with db.open_writer(home):
        pass
    assert stored(upgrade.copy_path(home, migrate.latest_version() - 1)) == {"one", "two"}


@pytest.mark.parametrize(
    "text", ["ALTER TABLE core.story ADD COLUMN place VARCHAR; SELECT * FROM nowhere;", "DELETE FROM core.revision;"]
)
def test_a_migration_that_fails_or_loses_rows_is_told_with_its_copy(older: Path, tmp_path: Path, text: str) -> None:
    older.write_text(text)
    home = tmp_path / "home"
    with pytest.raises(
        StoreUnreadable, match=rf"^db_migration: .*crosswire restore .*before-schema-{COMING}\.duckdb`$"
    ) as caught:
        db.open_writer(home).__enter__()
    assert "\n" not in str(caught.value)
    assert stored(upgrade.copy_path(home, migrate.latest_version() - 1)) == {"one"}
    if "nowhere" in text:
        with duckdb.connect(str(db.database_path(home))) as connection:
            assert migrate.version(connection) == migrate.latest_version() - 1
            assert "place" not in str(connection.execute("DESCRIBE core.story").fetchall())


def test_no_room_for_the_copy_means_no_migration(older: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older.write_text("ALTER TABLE core.story ADD COLUMN place VARCHAR;")
    home = tmp_path / "home"

    def no_room(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copy2", no_room)
    with pytest.raises(StoreFull, match=f"was not brought up to schema {COMING}"):
        db.open_writer(home).__enter__()
    with duckdb.connect(str(db.database_path(home)), read_only=True) as connection:
        assert migrate.version(connection) == migrate.latest_version() - 1


# A full disk

_FILL = """
import random, sys
from pathlib import Path
from extractors.errors import StoreFull
from store import articles, db, runs
from tests.factories import NOW, article
letters = random.Random(int(sys.argv[2]))
try:
    with db.open_writer(Path(sys.argv[1])) as connection:
        run_id = runs.start(connection, "ingest", NOW)
        for number in range(400):
            text = "".join(letters.choices("abcdefghijklmnop ", k=20_000))
            articles.store(connection, [article(f"{number}-{part}", text=text) for part in "ab"], [], run_id)
            print(number, flush=True)
except StoreFull as error:
    sys.exit(f"{error.exit_code} {error}")
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 7 MB in memory, where the machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=7m", "tmpfs", folder], check=False).returncode
    ):
        pytest.skip("no small file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("ballast", [0, 300_000, 900_000])
def test_a_disk_that_fills_up_keeps_what_was_committed(small_disk: Path, ballast: int) -> None:
    """However full it was before: exit 74, whole batches only, and when there is room again the next run goes on."""
    home = small_disk / "home"
    store(home, "before")
    (small_disk / "ballast").write_bytes(b"x" * ballast)
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(home), "1"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("74 "), done.stderr
    assert "free some" in last
    committed = len(done.stdout.split())
    subprocess.run(["mount", "-o", "remount,size=60m", small_disk], check=True)
    with db.open_writer(home) as connection:
        rows = connection.execute("SELECT url FROM core.article").fetchall()
        assert connection.execute("SELECT state FROM core.run ORDER BY state").fetchall() == [
            ("completed",),
            ("crashed",),
        ]
    stems = [url.rpartition("/")[2] for (url,) in rows]
    assert sorted(stem[:-2] for stem in stems if stem.endswith("-a")) == sorted(
        stem[:-2] for stem in stems if stem.endswith("-b")
    )
    assert (len(rows) - 1) // 2 in (committed, committed + 1), "nothing that was committed is gone"
    assert "before" in stems
    store(home, "after")
    assert len(stored(snapshot.snapshot_path(home))) == len(rows) + 1


# The commands


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("CROSSWIRE_HOME", str(home))
    store(home, "one")
    runner = CliRunner()
    made = runner.invoke(cli.app, ["backup", str(tmp_path / "b")])
    assert made.exit_code == 0
    assert "1 article, every block read" in made.stdout
    (file,) = (tmp_path / "b").iterdir()
    store(home, "two")
    done = runner.invoke(cli.app, ["restore", str(file)])
    assert done.exit_code == 0
    assert "The former file is" in done.stdout
    assert stored(db.database_path(home)) == {"one"}
    checked = runner.invoke(cli.app, ["check"])
    assert (checked.exit_code, "no problem found" in checked.stdout) == (0, True)
    with db.open_writer(home) as connection, db.transaction(connection):
        connection.execute("INSERT INTO core.story VALUES ('s', 'a'), ('s', 'b')")
    checked = runner.invoke(cli.app, ["check"])
    assert (checked.exit_code, "story: not unique" in checked.stdout) == (65, True)
    assert run_ledger.read(home).lines

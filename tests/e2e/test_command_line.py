"""The command line as a user meets it: one process a call, exit codes, one line an error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.db import open_writer

CROSSWIRE = [sys.executable, "-c", "from flows.cli import main; main()"]


def call(
    *arguments: str, cwd: Path, stdin: str = "", timeout: float = 240, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `crosswire` in `cwd`, with a home there."""
    env = {**os.environ, "CROSSWIRE_HOME": str(cwd / "home"), "NO_COLOR": "1", "COLUMNS": "120", **environment}
    return subprocess.run(
        [*CROSSWIRE, *arguments], cwd=cwd, env=env, input=stdin, capture_output=True, text=True, timeout=timeout
    )


def test_help_names_the_commands(tmp_path: Path) -> None:
    done = call("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("run", "serve", "import", "digest", "sql", "explain", "contradictions", "export"):
        assert command in done.stdout


def test_sql_before_any_run_says_what_to_do(tmp_path: Path) -> None:
    done = call("sql", "SELECT 1", cwd=tmp_path)
    assert done.returncode == 65
    assert done.stderr.count("\n") == 1
    assert "crosswire run" in done.stderr


def test_schema_needs_no_database(tmp_path: Path) -> None:
    done = call("sql", "--schema", cwd=tmp_path)
    assert done.returncode == 0
    assert "contradiction_sides" in done.stdout


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("crosswire.toml", 'ingest_crone = "0 6 * * *"\n', "ingest_cron"),
        ("crosswire.toml", "timezone = 'Mars/Olympus'\n", "time zone"),
        ("crosswire.toml", "timezone = \n", "TOML"),
        ("feeds.toml", '[[feeds]]\nurl = "ftp://example.org/x"\noutlet = "X"\n', "http"),
        ("feeds.toml", '[[feeds]]\nurl = "https://example.org/x"\n', "outlet"),
        ("feeds.toml", '[[feeds]]\nurl = "https://example.org/x"\noutlet = "X"\ncolour = 1\n', "colour"),
    ],
)
def test_a_mistake_in_a_file_names_the_file_and_what_was_expected(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    (tmp_path / name).write_text(text)
    arguments = ["run", "--feeds", "feeds.toml"] if name == "feeds.toml" else ["sql", "SELECT 1"]
    done = call(*arguments, cwd=tmp_path)
    assert done.returncode == 78
    assert name in done.stderr
    assert expected in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_a_second_writer_gets_one_line(tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps({"url": "https://example.org/a", "outlet": "A", "title": "T", "text": "word " * 60}))
    with open_writer(tmp_path / "home"):
        done = call("import", "articles.jsonl", "--quiet", cwd=tmp_path)
    assert done.returncode == 75
    assert "another run" in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_a_statement_that_writes_is_refused(tmp_path: Path) -> None:
    with open_writer(tmp_path / "home"):
        pass
    done = call("sql", "DELETE FROM core.article", cwd=tmp_path)
    assert done.returncode == 64
    assert "sql_refused" in done.stderr
    assert call("sql", "SELECT count(*) AS n FROM articles", "--format", "csv", cwd=tmp_path).stdout == "n\n0\n"


@pytest.mark.models
def test_explain_prints_one_object_a_line(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "text": "Halden Robotics reported revenue of $3.2 billion for 2025, its chief executive said."},
        {"id": "b", "text": "No number stands here."},
    ]
    given = "\n".join([json.dumps(lines[0]), "{broken", json.dumps(lines[1])])
    done = call("explain", "--jsonl", "-", cwd=tmp_path, stdin=given)
    assert done.returncode == 0, done.stderr
    first, broken, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["id"] == "a"
    assert [(figure["value"], figure["unit"]) for figure in first["figures"]] == [(3.2e9, "USD")]
    for figure in first["figures"]:
        assert lines[0]["text"][figure["start_char"] : figure["end_char"]] == figure["quote"]
    assert "error" in broken
    assert second == {"id": "b", "mentions": [], "figures": [], "claims": [], "sentiment": second["sentiment"]}
    assert not (tmp_path / "home").exists()

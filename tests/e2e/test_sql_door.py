"""The SQL door: what goes through, and that nothing else does. Also the schema's text and the Parquet export."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from extractors.errors import CrosswireError, SqlRefused, StoreUnreadable
from store import analyses, articles, db, export, schema_text, snapshot, sql_child, sql_door
from tests.bounded import ends
from tests.factories import NOW, analysis, article, figure, mention


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with db.open_writer(folder) as connection:
        articles.store(connection, [article("one"), article("two")], [], "r")
        found = analysis(article("one"), mentions=[mention()], figures=[figure()])
        analyses.store(connection, [found], "m")
    return folder


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT 1", ((1,),)),
        ("SELECT 1; -- with a comment /* and ; more", ((1,),)),
        ("/* first */ SELECT ';' AS semicolon", ((";",),)),
        ("FROM articles SELECT count(*)", ((2,),)),
        ("WITH a AS (SELECT entity FROM figures) SELECT * FROM a", (("GLM-5.2",),)),
        ("VALUES (1, 'x')", ((1, "x"),)),
        ("SELECT count(*) FROM core.article", ((2,),)),
        ("SELECT 1.50::DECIMAL(4,2), [1, 2], NULL", ((Decimal("1.50"), [1, 2], None),)),
        ("SELECT DISTINCT published_at FROM articles", ((NOW,),)),
        ("SELECT 'é😀'[2:2]", (("😀",),)),
        ("SELECT 1 WHERE false", ()),
        ("PIVOT (SELECT entity, unit FROM figures) ON unit IN ('parameters') USING count(*)", (("GLM-5.2", 1),)),
    ],
)
def test_selects_are_answered(home: Path, sql: str, rows: tuple[tuple[object, ...], ...]) -> None:
    assert sql_door.run_query(home, sql).rows == rows


DESCRIBING = [
    "SUMMARIZE figures",
    "DESCRIBE figures",
    "SHOW TABLES",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT * FROM figures",
    "EXPLAIN (FORMAT json) SELECT 1",
]


@pytest.mark.parametrize("sql", DESCRIBING)
def test_so_is_what_only_describes(home: Path, sql: str) -> None:
    assert sql_door.run_query(home, sql).rows


def test_columns_types_and_the_cut_are_told(home: Path) -> None:
    result = sql_door.run_query(home, "SELECT i, i / 2 AS half, now() AS at_ FROM range(10) r(i)", max_rows=4)
    assert result.columns == ("i", "half", "at_")
    assert result.types == ("BIGINT", "DOUBLE", "TIMESTAMP WITH TIME ZONE")
    assert [row[0] for row in result.rows] == [0, 1, 2, 3]
    assert result.truncated
    moment = result.rows[0][2]
    assert isinstance(moment, datetime)
    assert moment.utcoffset() == datetime.now(UTC).utcoffset()
    assert not sql_door.run_query(home, "FROM range(4)", max_rows=4).truncated
    assert len(sql_door.run_query(home, "FROM range(5000)", max_rows=None).rows) == 5000


REFUSED = [
    "CREATE TABLE t (a INTEGER)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE MACRO one() AS 1",
    "INSERT INTO core.article (article_id) VALUES ('x')",
    "DELETE FROM core.article",
    "UPDATE core.article SET title = ''",
    "MERGE INTO core.article a USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "TRUNCATE core.article",
    "DROP VIEW articles",
    "ALTER TABLE core.article RENAME TO other",
    "COMMENT ON VIEW articles IS 'mine'",
    "COPY articles TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{snapshot}'",
    "COPY core.article FROM '/etc/passwd'",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{primary}' AS other",
    "DETACH crosswire",
    "USE core",
    "INSTALL fts",
    "LOAD fts",
    "LOAD '{folder}/evil.duckdb_extension'",
    "SET memory_limit = '100GB'",
    "SET disabled_filesystems = ''",
    "SET lock_configuration = false",
    "SET VARIABLE a = 1",
    "RESET memory_limit",
    "PRAGMA enable_profiling",
    "PRAGMA database_list; SELECT 1",
    "CALL pragma_version()",
    "CALL enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "CREATE SECRET s (TYPE s3)",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{snapshot}'",
    "EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1",
    "EXPLAIN /* */ ANALYZE COPY (SELECT 1) TO '{snapshot}'",
    "EXPLAIN DELETE FROM core.article",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW articles",
    "SELECT 1; COPY (SELECT 1) TO '{snapshot}' --",
    "",
    " ;; ",
    "-- nothing",
    "SELECT ?",
    "SELECT $name",
    "FROM read_text('/etc/passwd')",
    "FROM read_csv('/etc/passwd')",
    "FROM read_blob('{snapshot}')",
    "FROM read_json('{folder}/*')",
    "FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "FROM 'https://example.com/x.csv'",
    "FROM glob('/*')",
    "FROM sniff_csv('/etc/passwd')",
    "FROM parquet_metadata('{snapshot}')",
    "FROM read_duckdb('{primary}')",
    "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
    "FROM read_text('/proc/self/environ')",
    "FROM read_csv('/dev/stdin')",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''/etc/passwd'')'))",
    "FROM enable_profiling(format = 'json', save_location = '{folder}/profile.json')",
    "FROM which_secret('s3://x', 's3')",
]
REFUSED_AS_WRONG = [
    "FROM query('COPY (SELECT 1) TO ''{snapshot}''')",
    "FROM '/etc/passwd'",
    "SELECT getenv('HOME')",
    "WITH x AS (DELETE FROM core.article RETURNING *) SELECT * FROM x",
    "FROM home",
    "FROM pandas_scan(140234)",
    "SELEC 1",
    "SELECT nothing FROM articles",
    "SELECT error('two\nlines')",
    "FROM enable_logging(storage = 'file', storage_config = {{'path': '{folder}/log'}})",
    "FROM query('SELECT 1; SELECT 2')",
    "FROM query_table('/etc/passwd')",
    "FROM force_checkpoint()",
]


def listing(folder: Path) -> dict[str, str]:
    """Every file below the folder with its content's hash."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("sql", [*REFUSED, *REFUSED_AS_WRONG])
def test_everything_else_is_refused_in_one_line_and_changes_nothing(home: Path, sql: str) -> None:
    places = {"folder": home, "snapshot": snapshot.snapshot_path(home), "primary": db.database_path(home)}
    statement = sql.format(**places) if "{folder}" in sql or "{snapshot}" in sql or "{primary}" in sql else sql
    before = listing(home)
    # In this process, to spare a hundred starts of another one; the door's own process does just this.
    line = sql_child.answer(sql_door.Request(str(places["snapshot"]), statement, 10, 30, 512))
    assert isinstance(line, str)
    assert line.startswith("sql_refused: " if sql in REFUSED else "sql_error: "), line
    assert "\n" not in line
    assert "root:" not in line
    assert listing(home) == before


def test_a_refusal_is_an_error_with_its_line_and_exit_code(home: Path) -> None:
    with pytest.raises(SqlRefused, match=r"^sql_refused: DROP is not allowed here: only a SELECT is$") as caught:
        sql_door.run_query(home, "DROP VIEW articles")
    assert caught.value.exit_code == 64
    with pytest.raises(SqlRefused, match=r"^sql_error: Binder Error: .*nothing"):
        sql_door.run_query(home, "SELECT nothing FROM articles")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT count(*) FROM range(1000000000000)", "took longer than 1 s"),
        ("WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r", "took longer"),
        ("SELECT levenshtein(repeat('a', 120000), repeat('b', 120000))", "took longer than 1 s"),
        ("SELECT len(range(500000000))", "more than 128 MiB of memory"),
        ("SELECT len(list(i)) FROM range(100000000) t(i)", "more than 128 MiB of memory"),
        (
            "SELECT a.i FROM range(100000) a(i), range(100000) b(i) ORDER BY a.i * b.i",
            "(more than 128 MiB of memory|took longer than 1 s)",
        ),
    ],
)
def test_a_query_that_takes_too_much_is_ended(home: Path, sql: str, why: str) -> None:
    with ends(), pytest.raises(SqlRefused, match=rf"^sql_refused: .*{why}"):
        sql_door.run_query(home, sql, timeout_s=1, memory=128)


def test_deep_nesting_does_not_take_this_process_down(home: Path) -> None:
    with pytest.raises(SqlRefused):
        sql_door.run_query(home, "SELECT " + "(" * 100_000 + "1" + ")" * 100_000)


def test_the_asking_process_never_loads_the_database(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from store import sql_door; "
        f"print(sql_door.run_query(Path({str(home)!r}), 'SELECT 41 + 1').rows[0][0], 'duckdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["42", "False"]


def test_a_package_of_the_same_name_in_the_working_folder_is_not_taken(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "__init__.py").write_text("raise SystemExit('taken')")
    monkeypatch.chdir(tmp_path)
    assert sql_door.run_query(home, "SELECT 1").rows == ((1,),)


def test_without_a_database_one_line_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="no database yet"):
        sql_door.run_query(tmp_path, "SELECT 1")


# The schema's text

VIEWS = {
    "articles", "claims", "contradiction_sides", "contradictions", "entities", "feeds", "figure_history", "figures",
    "mentions", "pairs", "revisions", "runs", "sentiment", "sentiment_daily", "skipped", "stories",
}  # fmt: skip


def test_every_view_and_column_says_what_it_is(home: Path) -> None:
    views = schema_text.views(home)
    assert {view.name for view in views} == VIEWS
    assert all(view.comment and all(column.comment for column in view.columns) for view in views)


def test_the_schema_is_the_same_without_a_database(home: Path, tmp_path: Path) -> None:
    assert schema_text.schema(tmp_path) == schema_text.schema(home) == schema_text.schema()
    assert "  figure_id " in schema_text.schema()
    assert "TIMESTAMPTZ" in schema_text.schema()


# Export


def test_every_view_becomes_a_parquet_file_with_its_rows(home: Path, tmp_path: Path) -> None:
    files = export.export(home, tmp_path / "new" / "folder")
    assert {file.stem for file in files} == VIEWS
    with duckdb.connect() as connection:
        read = connection.execute(
            "SELECT title, text FROM read_parquet($file) ORDER BY title", {"file": str(files[0])}
        ).fetchall()
    assert read == [(article("one").title, article().text), (article("two").title, article().text)]
    again = listing(tmp_path)
    export.export(home, tmp_path / "new" / "folder")
    assert listing(tmp_path) == again, "the same rows give the same bytes, and no temporary file is left"


def test_a_folder_that_cannot_be_made_is_one_line(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CrosswireError, match="cannot write to"):
        export.export(home, tmp_path / "file" / "below")

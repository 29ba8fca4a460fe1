"""Every query in docs/sql.md runs, and the page names every public view."""

import re
from pathlib import Path

import pytest

from store.db import open_writer
from store.sql_door import run_query

PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    with open_writer(path):
        pass
    return path


@pytest.mark.parametrize("query", QUERIES)
def test_worked_queries_run(home: Path, query: str) -> None:
    assert run_query(home, query).columns


def test_the_page_names_every_view(home: Path) -> None:
    views = run_query(home, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'")
    assert len(views.rows) == 16
    for (name,) in views.rows:
        assert f"`{name}`" in PAGE

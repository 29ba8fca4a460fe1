"""The house rules that a machine can check: layers, lazy imports, names, locked dependencies."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors import packs

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "extractors": {"extractors"},
    "store": {"extractors", "store"},
    "reports": {"extractors", "store", "reports"},
    "flows": {"extractors", "store", "reports", "flows"},
}
HEAVY = ("spacy", "torch", "prefect", "sentence_transformers", "trafilatura", "sklearn", "feedparser", "transformers")
LONGEST_FUNCTION = 50


def _modules(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_in_one_direction(room: str) -> None:
    for path, tree in _modules(room):
        wrong = (_imported(tree) & MAY_IMPORT.keys()) - MAY_IMPORT[room]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_extractors_are_pure() -> None:
    forbidden = {"duckdb", "httpx", "httpcore", "prefect", "socket", "urllib3", "requests", "time"}
    for path, tree in _modules("extractors"):
        assert not _imported(tree) & forbidden, path
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not called & {"datetime.now", "date.today", "datetime.utcnow", "os.getenv", "os.environ.get"}, path


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_package_files_hold_a_docstring_only(room: str) -> None:
    for path, tree in _modules(room):
        if path.name == "__init__.py":
            assert ast.get_docstring(tree), path
            assert len(tree.body) == 1, path


def test_no_module_of_flows_hides_one_of_the_standard_library() -> None:
    names = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert not names & sys.stdlib_module_names


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_functions_stay_short(room: str) -> None:
    for path, tree in _modules(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= LONGEST_FUNCTION, f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({lines} lines)"


def _string_constants(tree: ast.Module) -> Iterator[str]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | bare:
            yield node.value


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_single_company_or_model_stands_in_code(room: str) -> None:
    named = [
        entity.name
        for entity in packs.load().entities
        if entity.kind in {"company", "lab", "model", "benchmark", "person"}
    ]
    pattern = re.compile(
        r"(?<![\w-])(?:" + "|".join(re.escape(name) for name in named if len(name) > 3) + r")(?![\w-])"
    )
    for path, tree in _modules(room):
        for text in _string_constants(tree):
            found = pattern.search(text)
            assert not found, f"{path.relative_to(ROOT)}: {found.group() if found else ''} belongs into a pack"


@pytest.mark.parametrize("arguments", [["--help"], ["sql", "--schema"], ["contradictions", "--help"]])
def test_commands_that_read_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom flows.cli import app\n"
        f"try:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "LOADED []" in done.stdout


def test_every_direct_dependency_is_locked_to_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {_name(line) for line in wanted}
    locked = {_name(line) for line in (ROOT / "requirements.lock").read_text().splitlines() if "==" in line}
    assert names <= locked


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def test_every_upper_bound_has_a_dated_reason() -> None:
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        bounded = re.match(r'\s+"[\w-]+(\[\w+\])?[^"]*(<|==)', line)
        assert not bounded or re.search(r"# \d{4}-\d{2}-\d{2}: .{10}", line), line

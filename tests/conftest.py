"""What all tests share: no network but loopback, a home of their own, the shared texts where they are present."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.shared import SHARED

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the user's own database or settings."""
    for name in [name for name in os.environ if name.startswith("CROSSWIRE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CROSSWIRE_HOME", str(tmp_path / "home"))


@pytest.fixture
def seed_articles() -> list[dict[str, Any]]:
    """The five real articles, where they are present."""
    path = SHARED / "corpus" / "seeds" / "articles.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

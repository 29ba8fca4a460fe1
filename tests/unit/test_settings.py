from pathlib import Path

import pytest

from extractors.errors import SettingsError
from flows.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("CROSSWIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "crosswire.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults() -> None:
    found = load_settings()
    assert found.timezone == "UTC"
    assert (found.ingest_cron, found.digest_cron) == ("0 6 * * *", "0 7 * * 1")
    assert (found.limits.total, found.limits.feed_bytes) == (30, 10 * 1024 * 1024)
    assert (found.allow, found.ports) == ((), (80, 443, 8080, 8443))
    assert found.feeds.is_file()
    assert found.home.name == "crosswire"
    assert found.digests == found.home / "digests"


def test_variable_over_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, 'analyse_batch = 3\nhome = "data"\npacks = ["mine.toml"]\n[limits]\ntotal = 12\nidle = 4\n')
    monkeypatch.setenv("CROSSWIRE_ANALYSE_BATCH", "5")
    monkeypatch.setenv("CROSSWIRE_LIMITS__TOTAL", "7.5")
    monkeypatch.setenv("CROSSWIRE_ALLOW", "127.0.0.1:8001, 10.1.0.0/16")
    monkeypatch.setenv("CROSSWIRE_PORTS", "[80, 8001]")
    found = load_settings()
    assert found.analyse_batch == 5
    assert (found.limits.total, found.limits.idle, found.limits.connect) == (7.5, 4, 5)
    assert found.home == tmp_path / "data"
    assert found.packs == (tmp_path / "mine.toml",)
    assert found.allow == ("127.0.0.1:8001", "10.1.0.0/16")
    assert found.ports == (80, 8001)


def test_file_named_by_variable_and_its_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    path = written(folder, 'feeds = "my-feeds.toml"\n')
    monkeypatch.setenv("CROSSWIRE_CONFIG", str(path))
    assert load_settings().feeds == folder / "my-feeds.toml"
    monkeypatch.setenv("CROSSWIRE_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(SettingsError, match=r"absent\.toml: no such settings file"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("a = 1\nb = = 2\n", "crosswire.toml: not valid TOML", "line 2"),
        ('\ntimezone = "Mars/North"\n', "crosswire.toml:2: timezone", "Europe/Berlin"),
        ("# x\nanalyse_bach = 3\n", "crosswire.toml:2: analyse_bach", "expected analyse_batch"),
        ("[limits]\nconnect = 1\ntotal = -1\n", "crosswire.toml:3: limits.total", "greater than 0"),
        ("analyse_batch = 3\n[limits]\ntotle = 1\n", "crosswire.toml:3: limits.totle", "expected total"),
        ('ingest_cron = "6 o\'clock"\n', "crosswire.toml:1: ingest_cron", "five cron fields"),
        ('digest_cron = "0 25 * * 1"\n', "crosswire.toml:1: digest_cron", "five cron fields"),
        ('analyse_batch = "many"\n', "crosswire.toml:1: analyse_batch", "integer"),
        ("packs = 3\n", "crosswire.toml:1: packs", "expected"),
        ("ports = [80, 99999]\n", "crosswire.toml:1: ports", "65535"),
        ("limits = 3\n", "crosswire.toml:1: limits", "expected"),
    ],
)
def test_mistake_in_the_file_names_line_key_and_what_was_expected(
    tmp_path: Path, text: str, place: str, expected: str
) -> None:
    written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    message = str(caught.value)
    assert place in message
    assert expected in message
    assert "\n" not in message
    assert caught.value.exit_code == 78


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CROSSWIRE_HOEM", "x", "CROSSWIRE_HOEM: no such setting; did you mean CROSSWIRE_HOME?"),
        ("CROSSWIRE_ANALYSE_BATCH", "zero", "CROSSWIRE_ANALYSE_BATCH: expected"),
        ("CROSSWIRE_LIMITS__TOTAL", "-1", "CROSSWIRE_LIMITS__TOTAL: expected"),
        ("CROSSWIRE_LIMITS__TOTLA", "1", "did you mean CROSSWIRE_LIMITS__TOTAL?"),
        ("CROSSWIRE_ALLOW", "[1", "CROSSWIRE_ALLOW: expected"),
        ("CROSSWIRE_LIMITS", "nope", "limits"),
    ],
)
def test_mistake_in_a_variable_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_constructed_settings_do_not_give_way_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSWIRE_HOME", "/elsewhere")
    assert Settings(home=Path("/here")).home == Path("/here")


@pytest.mark.parametrize("cron", ["*/5 0-6 1,15 * MON", "0 7 * jan-mar 1-5"])
def test_cron_forms(cron: str) -> None:
    assert Settings(ingest_cron=cron).ingest_cron == cron

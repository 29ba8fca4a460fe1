"""Settings: `CROSSWIRE_*` variables over `crosswire.toml` over defaults; a mistake names its place."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from extractors.errors import SettingsError

SHIPPED_FEEDS = Path(__file__).parent / "feeds.toml"
OWN_FEEDS = "feeds.toml"
"""The user's feeds file in `home`, made by the first change to the shipped list."""
PREFIX = "CROSSWIRE_"
CONFIG_VARIABLE = "CROSSWIRE_CONFIG"
DEFAULT_FILE = "crosswire.toml"
_MIB = 1024 * 1024
_CRON_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/\d{1,2})?")


def _listed(value: object) -> object:
    """Let a variable hold a list: JSON, or values between commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        import json

        return json.loads(value)
    return [part.strip() for part in value.split(",") if part.strip()]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ValueError("expected a time zone's name such as UTC or Europe/Berlin") from error
    return value


def _cron(value: str) -> str:
    fields = value.split()
    names = re.compile(r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b")
    if len(fields) != len(_CRON_FIELDS) or not all(
        _cron_field(names.sub("1", field), *bounds) for field, bounds in zip(fields, _CRON_FIELDS, strict=True)
    ):
        raise ValueError('expected five cron fields (minute hour day month weekday) such as "0 6 * * *"')
    return value


def _cron_field(field: str, low: int, high: int) -> bool:
    for part in field.split(","):
        match = _CRON_PART.fullmatch(part)
        if match is None or not all(low <= int(number) <= high for number in match.groups() if number):
            return False
    return True


def _expanded(value: Path) -> Path:
    return value.expanduser()


UserPath = Annotated[Path, AfterValidator(_expanded)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Paths = Annotated[tuple[UserPath, ...], NoDecode, BeforeValidator(_listed)]
Ports = Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], NoDecode, BeforeValidator(_listed)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Limits(BaseModel):
    """Bounds of one fetch and parse: times in seconds, sizes in bytes after decoding; `feed_items` per feed and run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect: Seconds = 5.0
    idle: Seconds = 10.0
    total: Seconds = 30.0
    redirects: Annotated[int, Field(ge=0, le=20)] = 5
    feed_bytes: Annotated[int, Field(ge=1024, le=1024 * _MIB)] = 10 * _MIB
    page_bytes: Annotated[int, Field(ge=1024, le=1024 * _MIB)] = 5 * _MIB
    feed_items: Annotated[int, Field(ge=1, le=100_000)] = 500
    parse_total: Seconds = 30.0
    parse_cpu: Seconds = 10.0
    parse_memory: Annotated[int, Field(ge=64 * _MIB, le=64 * 1024 * _MIB)] = 512 * _MIB
    """What reading one feed or page may take in its child process: seconds, seconds of computing, bytes."""


class Settings(BaseSettings):
    """Everything a user can set. Made by `load_settings`; tests may construct it directly."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    home: UserPath = Field(default_factory=lambda: user_data_path("crosswire", appauthor=False))
    """Directory of the database, snapshots, digests, ledger and lock."""
    feeds: UserPath = SHIPPED_FEEDS
    packs: Paths = ()
    """The user's own packs; later ones win over earlier ones and over the built-in ones."""
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    ingest_cron: Annotated[str, AfterValidator(_cron)] = "0 6 * * *"
    digest_cron: Annotated[str, AfterValidator(_cron)] = "0 7 * * 1"
    digest_dir: UserPath | None = None
    """Where digests are written; not set: `digests` in `home`."""
    limits: Limits = Limits()
    allow: Names = ()
    """Private addresses that may be dialled all the same: exact host:port pairs or networks (10.1.0.0/16)."""
    ports: Ports = (80, 443, 8080, 8443)
    contact: str = ""
    """An address (URL or mailto:) at which a site's owner can reach whoever runs this; set your own."""
    user_agent: str = ""
    """The whole User-Agent line; not set: name, version and `contact`."""
    delay: Annotated[float, Field(ge=0, le=3600)] = 1.0
    """Seconds between the end of one request to a host and the next one to it."""
    spacy_model: str = ""
    encoder_model: str = ""
    analyse_batch: Annotated[int, Field(ge=1, le=1024)] = 32

    @property
    def digests(self) -> Path:
        """The directory that digests are written to."""
        return self.digest_dir or self.home / "digests"


class _FileSettings(Settings):
    """Settings whose constructor's values come from a file: the environment is stronger than they are."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings: `path`, else the file that CROSSWIRE_CONFIG names, else `crosswire.toml` in this folder.

    Raises:
        SettingsError: naming the file and line, or the variable, and what was expected there.
    """
    _refuse_unknown_variables()
    source = _file(path)
    text, values = _read(source) if source is not None else ("", cast("dict[str, Any]", {}))
    try:
        return _with_own_feeds(_FileSettings(**(_resolved(values, source.parent) if source is not None else {})))
    except ValidationError as error:
        raise SettingsError(_explained(error, source, text)) from None
    except ValueError as error:  # a variable that cannot be split or read as JSON
        raise SettingsError(f"settings: {_first_line(error)}; correct the {PREFIX}* variable") from None


def _with_own_feeds(settings: Settings) -> Settings:
    """Read the feeds file that `crosswire feeds` keeps in `home`, where there is one and no other is named."""
    own = settings.home / OWN_FEEDS
    return settings.model_copy(update={"feeds": own}) if settings.feeds == SHIPPED_FEEDS and own.is_file() else settings


def _file(path: Path | None) -> Path | None:
    named = path or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    if named is None:
        return Path(DEFAULT_FILE).resolve() if Path(DEFAULT_FILE).is_file() else None
    if not named.is_file():
        raise SettingsError(f"{named}: no such settings file; create it or change {CONFIG_VARIABLE}")
    return named.resolve()


def _read(source: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = source.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{source}: cannot be read ({_first_line(error)}); expected a UTF-8 TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{source}: not valid TOML: {error}") from error


def _resolved(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Read relative paths in a file as relative to that file's folder."""
    out = dict(values)
    for key in ("home", "feeds", "digest_dir"):
        if isinstance(out.get(key), str):
            out[key] = folder / Path(out[key]).expanduser()
    if isinstance(out.get("packs"), list):
        packs = cast("list[object]", out["packs"])
        out["packs"] = [folder / Path(pack).expanduser() if isinstance(pack, str) else pack for pack in packs]
    return out


def _refuse_unknown_variables() -> None:
    """A mistyped variable that is passed over would make a run write to the wrong place."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    known |= {f"{PREFIX}LIMITS__{name.upper()}" for name in Limits.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(sorted(known))}"
            raise SettingsError(f"{name}: no such setting; {hint}")


def _explained(error: ValidationError, source: Path | None, text: str) -> str:
    first = error.errors(include_url=False)[0]
    keys = [str(part) for part in first["loc"] if isinstance(part, str)]
    variable = PREFIX + "__".join(keys).upper()
    short = PREFIX + (keys[0].upper() if keys else "")
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f"no such setting; expected {_nearest(keys)}"
    elif "expected" not in message.lower():
        message = f"expected: {message} (found {str(first['input'])[:80]!r})"
    if variable in os.environ or short in os.environ:
        return f"{variable if variable in os.environ else short}: {message}"
    if source is None:
        return f"settings: {'.'.join(keys)}: {message}"
    return f"{source}:{key_line(text, keys)}: {'.'.join(keys)}: {message}"


def _nearest(keys: list[str]) -> str:
    names = list(Limits.model_fields) if keys[:1] == ["limits"] else list(Settings.model_fields)
    near = difflib.get_close_matches(keys[-1] if keys else "", names, n=1)
    return near[0] if near else f"one of {', '.join(names)}"


def key_line(text: str, keys: list[str]) -> int:
    """Return the number of the line on which a dotted TOML key is set, or 1 if it is not found."""
    table = ".".join(keys[:-1])
    inside = not table
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped.strip("[] ").startswith(table) if table else False
        name = stripped.partition("=")[0].strip().strip("\"'")
        if keys and ((inside and name == keys[-1]) or name == ".".join(keys) or stripped.strip("[] ") == keys[-1]):
            return number
    return 1


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__

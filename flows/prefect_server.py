"""Prefect's API for the time of a run: the user's own server where one is set, otherwise an embedded one.

The embedded server is a child process whose output goes to a log file, so that what it prints while it stops
(tracebacks of events that were still being flushed, in Prefect 3.8) never reaches the user's terminal.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Generic, TypeVar

from extractors.errors import CrosswireError

T = TypeVar("T")

START_SECONDS = 120.0
STOP_SECONDS = 10.0
HEALTHY = 200
SERVER_GONE = (
    "Prefect's server went away during the run: what was read is stored and compared all the same; "
    "only Prefect's own record of the run is incomplete"
)

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    # Waits of 2, 4 and 8 s, twice: with Prefect's own 5 a run whose server is gone ends two and a half minutes late.
    "PREFECT_CLIENT_MAX_RETRIES": "3",
    "DO_NOT_TRACK": "1",
}
_EMBEDDED = {
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
}


class PrefectGoneError(CrosswireError):
    """Prefect's API could not be reached when a flow was to begin."""

    exit_code = 69


@dataclass(frozen=True, slots=True)
class Outlived(Generic[T]):
    """What a flow returned. `server_gone`: Prefect could not take note of it any more."""

    result: T
    server_gone: bool


def run_flow(flow: Any, *arguments: object) -> Outlived[Any]:
    """Run a flow and return what its body returns, or raise what its body raises, whatever becomes of Prefect.

    Raises PrefectGoneError when the API was gone before the body began: then nothing was done.
    """
    import httpx

    ended: list[Any] = []
    raised: list[BaseException] = []

    @wraps(flow.fn)
    def body(*args: Any, **kwargs: Any) -> Any:
        try:
            ended.append(flow.fn(*args, **kwargs))
        except BaseException as error:
            raised.append(error)
            raise
        return ended[0]

    watched = flow.with_options()
    watched.fn = body
    try:
        return Outlived(watched(*arguments), server_gone=False)
    except Exception as error:
        if ended:  # after its body only Prefect can fail
            return Outlived(ended[0], server_gone=True)
        if raised:
            raise raised[0] from None
        if isinstance(error, httpx.TransportError):
            raise PrefectGoneError(
                f"prefect_gone: Prefect's API does not answer ({error}): nothing was begun; "
                "run again, or correct PREFECT_API_URL"
            ) from error
        raise


@contextmanager
def prefect_api(home: Path, *, scheduling: bool = False, log_level: str = "CRITICAL") -> Generator[str]:
    """Make Prefect's API reachable and yield its URL. `scheduling` keeps the services that start scheduled runs.

    Below `log_level` Prefect is silent: an error of a flow reaches the user once, as crosswire's own line.

    Must be entered before `prefect` is imported: Prefect reads its settings at import.
    """
    for name, value in {**_QUIET, "PREFECT_LOGGING_LEVEL": log_level}.items():
        os.environ.setdefault(name, value)
    if url := os.environ.get("PREFECT_API_URL"):
        yield url
        return
    with _embedded(home, scheduling=scheduling) as url:
        yield url


@contextmanager
def _embedded(home: Path, *, scheduling: bool) -> Generator[str]:
    folder = home / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PREFECT_HOME", str(folder))
    os.environ.update(_EMBEDDED)
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    log_path = folder / "server.log"
    with log_path.open("ab") as log:
        # A session of its own: Ctrl-C must reach the client first, which still talks to the server while it stops.
        process = subprocess.Popen(
            _command(port), env=_environment(scheduling), stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_until_healthy(process, url, log_path)
            os.environ["PREFECT_API_URL"] = url
            yield url
            _drain()
        finally:
            os.environ.pop("PREFECT_API_URL", None)
            _stop(process)


def _command(port: int) -> list[str]:
    factory = "prefect.server.api.server:create_app"
    host = ["--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-m", "uvicorn", "--factory", factory, *host, "--log-level", "error", "--lifespan", "on"]


def _environment(scheduling: bool) -> dict[str, str]:
    ephemeral = {} if scheduling else {"PREFECT__SERVER_EPHEMERAL": "1"}
    return {**os.environ, **ephemeral, "PREFECT__SERVER_FINAL": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: "subprocess.Popen[bytes]", url: str, log_path: Path) -> None:
    import httpx

    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=2.0) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"{url}/health").status_code == HEALTHY:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    raise CrosswireError(f"Prefect's embedded server did not start; its log is {log_path}, or set PREFECT_API_URL")


def _drain() -> None:
    """Let the client hand over its last events while the server still listens."""
    events = sys.modules.get("prefect.events.worker")
    if events is not None:
        events.EventsWorker.drain_all(timeout=5)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""What a fetch can come to: a body, "not modified" or an error with a stable code. Nothing else leaves the gateway."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["feed", "page", "robots"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete, decoded answer. `bytes` counts what came over the wire; `milliseconds` the time on it.

    The validators are byte-exact and empty after a redirect: they belong to the address that gave them. `fresh_for`
    is the answer's own lifetime in seconds. `moved_to` is set where every redirect on the way was permanent.
    """

    url: str
    final_url: str
    status: int
    body: bytes
    content_type: str
    etag: str
    last_modified: str
    bytes: int
    milliseconds: int
    fresh_for: int | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that what was sent before still holds. Empty validators: keep those that were sent."""

    url: str
    etag: str
    last_modified: str
    bytes: int
    milliseconds: int
    fresh_for: int | None = None


@dataclass(frozen=True, slots=True)
class FetchError:
    """Why nothing came. `code` is stable; `retry_after` is in seconds, where the server asked for a pause.

    Codes: bad_url, blocked_address, dns, connect, tls, timeout, too_large, too_many_redirects, bad_encoding, truncated,
    bad_answer, robots, rate_limited, gone, http_<status>, internal.
    """

    code: str
    message: str
    final_url: str
    bytes: int
    milliseconds: int
    retry_after: float | None = None


class FetchRefusedError(Exception):
    """Inside the gateway: this attempt ends with the code."""

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after = retry_after

"""robots.txt (RFC 9309), read once per site and process."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.decoding import decode
from flows.outcomes import Fetched, FetchError, NotModified

if TYPE_CHECKING:
    from protego import Protego

TOKEN = "crosswire"
"""The name by which robots.txt files can address this program."""
MAX_BYTES = 512 * 1024
"""RFC 9309 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """Either parsed rules, or none at all (everything is allowed), or why nothing is allowed."""

    parsed: "Protego | None" = None
    refusal: tuple[str, str] | None = None


class Robots:
    """Says for a page whether its site lets it be fetched; `read` fetches a robots.txt."""

    def __init__(self, read: Callable[[str], Fetched | NotModified | FetchError]) -> None:
        self._read = read
        self._rules: dict[str, _Rules] = {}
        self._guard = threading.Lock()

    def verdict(self, site: str, url: str) -> tuple[tuple[str, str] | None, float]:
        """Return why the URL may not be fetched (code and message, or None) and the Crawl-delay in seconds (or 0).

        `site` is scheme and authority, like `https://news.example`.
        """
        with self._guard:
            rules = self._rules.get(site)
        if rules is None:
            rules = _rules(self._read(f"{site}/robots.txt"))
            with self._guard:
                self._rules[site] = rules
        if rules.refusal or rules.parsed is None:
            return rules.refusal, 0.0
        allowed = rules.parsed.can_fetch(url, TOKEN)
        refusal = None if allowed else ("robots", "the site's robots.txt does not let this page be fetched")
        return refusal, float(rules.parsed.crawl_delay(TOKEN) or 0.0)


def _rules(answer: Fetched | NotModified | FetchError) -> _Rules:
    if isinstance(answer, FetchError):
        # RFC 9309, 2.3.1: a site that says 4xx has no rules; one that cannot answer must not be entered.
        if answer.code == "gone" or answer.code.startswith("http_4") or answer.code == "too_many_redirects":
            return _Rules()
        code = "robots" if answer.code.startswith("http_") else answer.code
        return _Rules(refusal=(code, f"robots.txt: {answer.message}"))
    if isinstance(answer, NotModified):
        return _Rules()
    from protego import Protego

    text, _ = decode(answer.body[:MAX_BYTES])
    try:
        return _Rules(parsed=Protego.parse(text))
    except Exception as error:
        return _Rules(refusal=("robots", f"the site's robots.txt cannot be understood ({type(error).__name__})"))

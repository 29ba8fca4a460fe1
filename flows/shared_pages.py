"""Which pages a run has asked for, so that several feeds that list one page cost its server one request."""

import threading
from collections.abc import Iterable


class SharedPages:
    """Sees to it that a page which several feeds list is fetched for one of them only. Safe for threads.

    `stored` are the ids of the articles that are stored already.
    """

    def __init__(self, stored: Iterable[str] = ()) -> None:
        self._stored = frozenset(stored)
        self._taken: set[str] = set()
        self._guard = threading.Lock()

    def stored(self, article_id: str) -> bool:
        """Say whether the article was stored before this run."""
        return article_id in self._stored

    def take(self, article_id: str) -> bool:
        """Say whether the caller is the first of this run to ask for the article's page."""
        with self._guard:
            first = article_id not in self._taken
            self._taken.add(article_id)
            return first

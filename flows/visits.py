"""What is carried from one visit of a feed to the next: who waits for how long, and which moves are adopted."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from extractors.records import content_id
from flows.hosts import host_key
from store.feeds import Move

BACKOFF_DAYS = (1, 2, 4, 7)
"""Days of rest after the first, second, third and every later failure in a row."""
ADOPTED_AFTER = timedelta(days=2)
"""From the first to the third of three consecutive days."""
_UNREACHABLE = ("connect", "dns", "timeout", "tls")
_NEARLY_ALL = 0.9


def backoff(feed_id: str, failures: int) -> timedelta:
    """Return how long the schedule leaves a feed alone after so many failures in a row (1: the first).

    Each is shortened by 5 to 20 percent, always the same for a feed and a count, so that feeds that fail together
    are not all asked again together, and the daily run of the day that was meant finds the feed due.
    """
    days = BACKOFF_DAYS[min(max(failures, 1), len(BACKOFF_DAYS)) - 1]
    share = int(content_id(feed_id, failures)[:8], 16) / 0xFFFFFFFF
    return timedelta(days=days) * (0.95 - 0.15 * share)


def unreachable(error: str) -> bool:
    """Say whether the error is one of the connection: nothing came that the feed itself could be blamed for."""
    return error.partition(":")[0] in _UNREACHABLE


def is_outage(lost: Sequence[str], visited: Sequence[str]) -> bool:
    """Say whether so many of the visited URLs could not be reached that the fault is on this side.

    All or nearly all of them, on two hosts at least: where only one host was asked, nobody can tell.
    """
    return len(lost) >= _NEARLY_ALL * len(visited) and len({host_key(url) for url in lost}) > 1


def after_visit(move: Move, moved_to: str, today: date) -> Move:
    """Return what is known of a feed's move after a visit that ended well; `moved_to` is empty if it led nowhere else.

    A target that permanent redirects named on three consecutive days is adopted. An adopted address that moves on
    begins anew.
    """
    if not moved_to:
        return Move(move.fetch_url)
    goes_on = move.moved_to == moved_to and move.moved_seen is not None and today - move.moved_seen <= timedelta(days=1)
    since = move.moved_since if goes_on and move.moved_since else today
    if today - since >= ADOPTED_AFTER:
        return Move(moved_to)
    return Move(move.fetch_url, moved_to, since, today)


def after_failure(move: Move) -> Move:
    """Return what is known after a visit that failed: the feed's own address is asked again, which may tell better."""
    return Move("", move.moved_to, move.moved_since, move.moved_seen) if move.fetch_url else move


def rest_until(now: datetime, pauses: dict[str, float]) -> dict[str, datetime]:
    """Return until when each host rests, from the seconds that are left."""
    return {host: now + timedelta(seconds=round(seconds)) for host, seconds in pauses.items() if seconds >= 1}

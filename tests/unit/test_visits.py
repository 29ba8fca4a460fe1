from datetime import UTC, date, datetime, timedelta

import pytest

from flows.visits import after_failure, after_visit, backoff, is_outage, rest_until, unreachable
from store.feeds import Move

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(("failures", "days"), [(1, 1), (2, 2), (3, 4), (4, 7), (5, 7), (400, 7)])
def test_back_off_grows_to_a_week_and_ends_before_the_run_of_its_day(failures: int, days: int) -> None:
    rests = {backoff(f"feed{number}", failures) for number in range(200)}
    assert len(rests) > 150, "feeds that fail together are spread"
    assert min(rests) >= timedelta(days=days) * 0.8
    assert max(rests) <= timedelta(days=days) * 0.95
    assert backoff("feed7", failures) == backoff("feed7", failures)


def test_an_outage_is_nearly_all_feeds_on_more_than_one_host() -> None:
    feeds = [f"https://outlet{number}.example/feed" for number in range(20)]
    assert is_outage(feeds, feeds)
    assert is_outage(feeds[:18], feeds)
    assert not is_outage(feeds[:17], feeds)
    assert not is_outage(feeds[:1], feeds[:1]), "one host alone proves nothing"
    assert not is_outage(["https://a.example/1", "https://a.example/2"], ["https://a.example/1", "https://a.example/2"])
    assert not is_outage([], [])


def test_only_errors_of_the_connection_count_as_out_of_reach() -> None:
    assert unreachable("dns: no such name")
    assert unreachable("timeout: no answer within 10 s")
    assert not unreachable("http_503: x")
    assert not unreachable("parse_timeout: x")
    assert not unreachable("")


def days_of_moving(*steps: tuple[int, str]) -> Move:
    move = Move()
    for day, target in steps:
        move = after_visit(move, target, DAY + timedelta(days=day))
    return move


def test_a_move_is_adopted_on_the_third_day_in_a_row() -> None:
    new = "https://new.example/feed"
    assert days_of_moving((0, new), (0, new), (1, new)).fetch_url == ""
    assert days_of_moving((0, new), (1, new), (1, new), (2, new)) == Move(new)
    assert days_of_moving((0, new), (1, new), (3, new)).fetch_url == "", "a day without it breaks the row"
    assert days_of_moving((0, new), (1, ""), (2, new)).fetch_url == ""
    assert days_of_moving((0, new), (1, "https://other.example/"), (2, new)).fetch_url == ""
    assert days_of_moving((0, new), (1, new), (2, new), (3, ""), (9, "")) == Move(new), "an adopted move stays"


def test_an_adopted_address_that_fails_is_given_up_and_one_that_moves_on_is_followed() -> None:
    new, newer = "https://new.example/feed", "https://newer.example/feed"
    assert after_failure(Move(new)) == Move()
    assert after_failure(Move("", new, DAY, DAY)) == Move("", new, DAY, DAY)
    move = Move(new)
    for day in range(3):
        move = after_visit(move, newer, DAY + timedelta(days=day))
    assert move == Move(newer)


def test_rests_are_times() -> None:
    now = datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert rest_until(now, {"a:443": 59.6, "b:80": 0.2}) == {"a:443": now + timedelta(minutes=1)}

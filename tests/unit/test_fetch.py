import threading
import time
from collections.abc import Generator, Sequence
from itertools import pairwise
from typing import Any

import pytest

from flows.addresses import Resolver
from flows.fetch import Fetched, FetchError, Gateway, NotModified
from flows.settings import Limits, Settings
from flows.transport import Budget
from tests.bounded import ends
from tests.faults import FaultServer, Request, Route, fault_server, zipped

QUICK = Limits(connect=1, idle=0.3, total=0.8, redirects=3, feed_bytes=100_000, page_bytes=50_000)


@pytest.fixture
def server() -> Generator[FaultServer]:
    with fault_server() as running:
        yield running


def no_sleep(_seconds: float) -> None:
    """Tests do not wait between tries."""


def gateway(server: FaultServer, **changes: Any) -> Gateway:
    made: dict[str, Any] = {"allow": (server.place,), "sleep": no_sleep, "delay": 0.0}
    return Gateway(QUICK, **{**made, **changes})


def fixed(*addresses: str) -> Resolver:
    return lambda _host, _port: addresses


def code(result: Fetched | NotModified | FetchError) -> str:
    assert isinstance(result, FetchError), result
    assert result.message
    assert "\n" not in result.message
    return result.code


def test_plain_answer(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(
        body=b"hello", Content_Type="text/plain", ETag='W/"1"', Last_Modified="Sun, 1 Nov", Cache_Control="max-age=60"
    )
    result = gateway(server, agent="crosswire/9 (+https://x.example)").fetch(f"{server.base}/a?x=1", kind="feed")
    assert isinstance(result, Fetched)
    assert (result.body, result.status, result.content_type) == (b"hello", 200, "text/plain")
    assert (result.etag, result.last_modified, result.fresh_for) == ('W/"1"', "Sun, 1 Nov", 60)
    assert result.bytes > 5
    path, headers, _ = server.seen[0]
    assert path == "/a?x=1"
    assert headers["host"] == server.place
    assert headers["user-agent"] == "crosswire/9 (+https://x.example)"
    assert headers["accept-encoding"] == "gzip, identity"
    assert "cookie" not in headers


def test_gzip_and_several_members(server: FaultServer) -> None:
    server.routes["/z"] = lambda request: request.answer(
        body=zipped(b"one ") + zipped(b"two") + b"\0" * 20, Content_Encoding="gzip"
    )
    result = gateway(server).fetch(f"{server.base}/z", kind="feed")
    assert isinstance(result, Fetched)
    assert result.body == b"one two"


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw(data: bytes) -> Route:
    return lambda request: request.write(data)


BOMB = zipped(b"0" * 30_000_000)
"""Made before the clock runs: packing it takes as long as a quick request may."""
HEAD = b"HTTP/1.1 200 OK\r\n"
FAULTS: dict[str, tuple[str, Route]] = {
    "dripping body": ("timeout", lambda r: (r.write(HEAD + b"Content-Length: 9999\r\n\r\n"), r.drip(b"x" * 999))),
    "dripping head": ("timeout", lambda r: r.drip(HEAD + b"X-Filler: " + b"x" * 999)),
    "silence": ("timeout", lambda r: r.stop.wait(3)),
    "silence in the body": ("timeout", lambda r: (r.write(HEAD + b"Content-Length: 9\r\n\r\nabc"), r.stop.wait(3))),
    "1xx flood": (
        "timeout",
        lambda r: [r.write(b"HTTP/1.1 103 Hints\r\n\r\n") or r.stop.wait(0.01) for _ in range(500)],
    ),
    "stated too large": ("too_large", raw(HEAD + b"Content-Length: 99999999\r\n\r\nabc")),
    "really too large": ("too_large", raw(HEAD + b"\r\n" + b"x" * 200_000)),
    "chunked too large": ("too_large", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"x" * 150_000))),
    "gzip bomb": ("too_large", lambda r: r.answer(body=BOMB, Content_Encoding="gzip")),
    "cut gzip": ("truncated", lambda r: r.answer(body=zipped(bytes(range(256)) * 9)[:-12], Content_Encoding="gzip")),
    "no gzip": ("bad_encoding", lambda r: r.answer(body=b"plain", Content_Encoding="gzip")),
    "brotli": ("bad_encoding", lambda r: r.answer(body=b"\x8b\x02\x80", Content_Encoding="br")),
    "two codings": ("bad_encoding", lambda r: r.answer(body=zipped(zipped(b"x")), Content_Encoding="gzip, gzip")),
    "deflate": ("bad_encoding", lambda r: r.answer(body=b"x", Content_Encoding="deflate")),
    "cut body": ("truncated", raw(HEAD + b"Content-Length: 50\r\n\r\nabc")),
    "cut chunk": ("truncated", raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab")),
    "no HTTP": ("bad_answer", raw(b"SSH-2.0-OpenSSH\r\n\r\n")),
    "huge head": ("bad_answer", raw(HEAD + b"X: " + b"x" * 300_000 + b"\r\n\r\n")),
    "nothing": ("connect", lambda r: None),
    "gone": ("gone", lambda r: r.answer(410)),
    "missing": ("http_404", lambda r: r.answer(404)),
    "broken": ("http_500", lambda r: r.answer(500)),
    "304 unasked": ("http_304", lambda r: r.answer(304)),
    "redirect to nowhere": ("http_302", lambda r: r.answer(302)),
    "loop": ("too_many_redirects", lambda r: r.answer(302, Location="/f")),
    "to a file": ("bad_url", lambda r: r.answer(302, Location="file:///etc/passwd")),
    "to credentials": ("bad_url", lambda r: r.answer(302, Location="http://u:p@1.1.1.1/")),
    "to metadata": ("blocked_address", lambda r: r.answer(302, Location="http://169.254.169.254/latest")),
    "to decimal loopback": ("blocked_address", lambda r: r.answer(302, Location="http://2130706433/")),
    "to mapped loopback": ("blocked_address", lambda r: r.answer(302, Location="http://[::ffff:127.0.0.1]/")),
    "to another port": ("bad_url", lambda r: r.answer(302, Location="http://127.0.0.1:22/")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_ends_in_time_with_its_code(server: FaultServer, name: str) -> None:
    expected, route = FAULTS[name]
    server.routes["/f"] = route
    with ends():
        result = gateway(server).fetch(f"{server.base}/f", kind="feed")
    assert code(result) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "bad_url"),
        ("/a", "bad_url"),
        ("ftp://harbour.example/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("http://ann:secret@harbour.example/", "bad_url"),
        ("http://harbour.example:25/", "bad_url"),
        ("http://harbour.example/" + "a" * 9000, "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://127.0.0.1/", "blocked_address"),
        ("http://localhost:8080/", "blocked_address"),
        ("http://0x7f.1/", "blocked_address"),
    ],
)
def test_what_is_never_asked(url: str, expected: str) -> None:
    assert code(Gateway(QUICK, resolver=fixed("127.0.0.1")).fetch(url, kind="feed")) == expected


def test_checked_address_is_the_one_that_is_dialled(server: FaultServer) -> None:
    """The name means something else on a second look-up; there is none between the check and the connection."""
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.9",)

    result = gateway(server, allow=("127.0.0.1/32",), ports=(server.port,), resolver=rebinding).fetch(
        f"http://rebind.example:{server.port}/a", kind="feed"
    )
    assert isinstance(result, Fetched)
    assert asked == ["rebind.example"]
    again = gateway(server, allow=("127.0.0.1/32",), ports=(server.port,), resolver=rebinding).fetch(
        f"http://rebind.example:{server.port}/a", kind="feed"
    )
    assert code(again) == "blocked_address"
    assert len(server.seen) == 1


def test_allowed_name_is_dialled_at_its_resolved_address(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    result = gateway(server, allow=(f"outlet.example:{server.port}",), resolver=fixed("127.0.0.1")).fetch(
        f"http://outlet.example:{server.port}/a", kind="feed"
    )
    assert isinstance(result, Fetched)
    assert server.seen[0][1]["host"] == f"outlet.example:{server.port}"


def test_redirect_to_a_name_with_a_private_address_is_blocked(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(301, Location="http://inner.example/admin")
    result = gateway(server, resolver=fixed("1.1.1.1", "10.0.0.5")).fetch(f"{server.base}/a", kind="feed")
    assert code(result) == "blocked_address"
    assert isinstance(result, FetchError)
    assert result.final_url == "http://inner.example/admin"


def test_proxy_variables_are_not_heeded(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    assert isinstance(gateway(server).fetch(f"{server.base}/a", kind="feed"), Fetched)


def test_redirects_keep_validators_to_the_address_that_gave_them(server: FaultServer) -> None:
    server.routes["/old"] = lambda request: request.answer(301, Location="/new")
    server.routes["/new"] = lambda request: request.answer(body=b"x", ETag='"new"')
    result = gateway(server).fetch(f"{server.base}/old", kind="feed", etag='"old"', last_modified="Sun, 01 Nov 2026")
    assert isinstance(result, Fetched)
    assert (result.final_url, result.moved_to) == (f"{server.base}/new", f"{server.base}/new")
    assert (result.etag, result.last_modified) == ("", "")
    assert server.seen[0][1]["if-none-match"] == '"old"'
    assert server.seen[0][1]["if-modified-since"] == "Sun, 01 Nov 2026"
    assert not {"if-none-match", "if-modified-since"} & set(server.seen[1][1])


def test_temporary_redirect_is_not_adopted(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(301, Location="/b")
    server.routes["/b"] = lambda request: request.answer(302, Location="/c")
    server.routes["/c"] = lambda request: request.answer(body=b"x")
    result = gateway(server).fetch(f"{server.base}/a", kind="feed")
    assert isinstance(result, Fetched)
    assert result.moved_to == ""


def test_not_modified(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(304, ETag='"2"')
    result = gateway(server).fetch(f"{server.base}/a", kind="feed", etag='"odd \xe9"', last_modified="yesterday")
    assert isinstance(result, NotModified)
    assert (result.etag, result.last_modified) == ('"2"', "")
    assert server.seen[0][1]["if-none-match"] == '"odd \xe9"'
    assert server.seen[0][1]["if-modified-since"] == "yesterday"


def test_validators_that_no_header_can_carry_are_not_sent(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    assert isinstance(gateway(server).fetch(f"{server.base}/a", kind="feed", etag="a\r\nX: y"), Fetched)
    assert "if-none-match" not in server.seen[0][1]


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "120", 120), (503, "7", 7), (429, "", 60), (429, "Sun, 22 Nov 2026 00:10:00 GMT", 600), (429, "x", 60)],
)
def test_retry_after_closes_the_host(server: FaultServer, status: int, header: str, seconds: int) -> None:
    server.routes["/a"] = lambda request: request.answer(status, Retry_After=header)
    server.routes["/b"] = lambda request: request.answer(body=b"x")
    clock = [1000.0]
    polite = gateway(server, clock=lambda: clock[0], wall=lambda: 1795305600.0)
    first = polite.fetch(f"{server.base}/a", kind="feed")
    assert code(first) == "rate_limited"
    assert isinstance(first, FetchError)
    assert first.retry_after == seconds
    assert code(polite.fetch(f"{server.base}/b", kind="feed")) == "rate_limited"
    assert server.paths() == ["/a"]
    clock[0] += seconds + 1
    assert isinstance(polite.fetch(f"{server.base}/b", kind="feed"), Fetched)


def test_server_errors_are_tried_again_and_client_errors_are_not(server: FaultServer) -> None:
    def recovering(request: Request) -> None:
        request.answer(200 if len(server.seen) > 2 else 502, body=b"x")

    pauses: list[float] = []
    server.routes["/a"] = recovering
    server.routes["/b"] = lambda request: request.answer(403)
    asking = gateway(server, sleep=pauses.append)
    assert isinstance(asking.fetch(f"{server.base}/a", kind="feed"), Fetched)
    assert pauses == [0.5, 1.0]
    assert code(asking.fetch(f"{server.base}/b", kind="feed")) == "http_403"
    assert server.paths() == ["/a", "/a", "/a", "/b"]


def test_unreachable_host_is_tried_three_times() -> None:
    pauses: list[float] = []
    with fault_server() as closed:
        pass
    assert code(gateway(closed, sleep=pauses.append).fetch(f"{closed.base}/a", kind="feed")) == "connect"
    assert len(pauses) == 2


def test_tls_to_a_server_without_it(server: FaultServer) -> None:
    result = gateway(server).fetch(f"https://127.0.0.1:{server.port}/a", kind="feed")
    assert code(result) in {"tls", "timeout"}


def test_robots_txt_is_obeyed_for_pages_only(server: FaultServer) -> None:
    server.routes["/robots.txt"] = lambda request: request.answer(
        body=b"User-agent: *\nDisallow: /\n\nUser-agent: crosswire\nDisallow: /private/\nCrawl-delay: 0.25\n"
    )
    for path in ("/private/a", "/a", "/b"):
        server.routes[path] = lambda request: request.answer(body=b"x")
    asking = gateway(server)
    assert code(asking.fetch(f"{server.base}/private/a")) == "robots"
    assert isinstance(asking.fetch(f"{server.base}/a"), Fetched)
    assert isinstance(asking.fetch(f"{server.base}/private/a", kind="feed"), Fetched)
    assert [path for path, _, _ in server.seen].count("/robots.txt") == 1


def test_unreadable_robots_txt_closes_the_site_and_a_missing_one_does_not(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    assert isinstance(gateway(server).fetch(f"{server.base}/a"), Fetched)
    server.routes["/robots.txt"] = lambda request: request.answer(500)
    assert code(gateway(server).fetch(f"{server.base}/a")) == "robots"


def test_one_request_in_flight_per_host_and_a_pause_between(server: FaultServer) -> None:
    running: list[int] = [0, 0]
    guard = threading.Lock()

    def slow(request: Request) -> None:
        with guard:
            running[0] += 1
            running[1] = max(running)
        time.sleep(0.03)
        with guard:
            running[0] -= 1
        request.answer(body=b"x")

    server.routes["/a"] = slow
    # The allow-list's network lets loopback pass without the exception from the pause that a named host has.
    polite = Gateway(QUICK, allow=("127.0.0.0/8",), ports=(server.port,), delay=0.08)
    threads = [
        threading.Thread(target=polite.fetch, args=(f"{server.base}/a",), kwargs={"kind": "feed"}) for _ in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [when for _, _, when in server.seen]
    assert running[1] == 1
    assert len(times) == 3
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))


def test_waiting_for_a_turn_does_not_use_up_the_total() -> None:
    clock = [0.0]
    budget = Budget(1, 1, 10, clock=lambda: clock[0])
    with budget:
        clock[0] += 4
    clock[0] += 100
    assert budget.used() == 4
    with budget:
        assert budget.left(100) == 6


def test_gateway_of_settings(server: FaultServer) -> None:
    server.routes["/a"] = lambda request: request.answer(body=b"x")
    made = Gateway.from_settings(Settings(contact="https://desk.example/bot"), allow=(server.place,))
    assert isinstance(made.fetch(f"{server.base}/a", kind="feed"), Fetched)
    agent = server.seen[0][1]["user-agent"]
    assert agent.startswith("crosswire/")
    assert "(+https://desk.example/bot)" in agent

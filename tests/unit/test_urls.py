import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.urls import MAX_URL, canonical, host


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://News.Example:80/a", "http://news.example/a"),
        ("https://news.example:443", "https://news.example/"),
        ("https://news.example:8443/a#part", "https://news.example:8443/a"),
        ("https://news.example./a", "https://news.example/a"),
        (" https://news.example/a\n?id=1 ", "https://news.example/a?id=1"),
        ("https://news.example/a?utm_source=x&id=7&UTM_Medium=y&fbclid=z", "https://news.example/a?id=7"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?source=rss----1", "https://news.example/a"),
        ("https://news.example/a?source=agency", "https://news.example/a?source=agency"),
        ("https://news.example/x/./y/../z/", "https://news.example/x/z/"),
        ("https://news.example/../..", "https://news.example/"),
        ("https://news.example/%7eann/caf%c3%a9", "https://news.example/~ann/caf%C3%A9"),
        ("https://news.example/café 1%", "https://news.example/caf%C3%A9%201%25"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[2606:4700::1111]:80/a", "http://[2606:4700::1111]/a"),
    ],
)
def test_canonical_form(given_url: str, expected: str) -> None:
    assert canonical(given_url) == expected


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "news.example/a",
        "/a",
        "ftp://news.example/a",
        "javascript:alert(1)",
        "mailto:a@news.example",
        "http://",
        "http:///a",
        "https://ann:secret@news.example/",
        "http://a b.example/",
        "http://news..example/",
        "http://news.example:99999/",
        "http://[::1",
        "http://news.example/" + "a" * MAX_URL,
        "http://news.example/" + "ä" * (MAX_URL // 2),
    ],
)
def test_what_is_no_web_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"URL|host name"):
        canonical(bad)


def test_credentials_are_not_repeated_in_the_error() -> None:
    with pytest.raises(ValueError, match="credentials") as caught:
        canonical("https://ann:secret@news.example/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://News.Example:8443/a", "news.example"), ("http://[::1]:8080/", "[::1]"), ("http://a.b/", "a.b")],
)
def test_host(url: str, expected: str) -> None:
    assert host(url) == expected


@given(st.text(max_size=60), st.text(max_size=40))
def test_canonical_is_idempotent_and_ascii(path: str, query: str) -> None:
    try:
        once = canonical(f"https://news.example/{path}?{query}")
    except ValueError:
        return
    assert canonical(once) == once
    assert once.isascii()
    assert " " not in once
    assert "#" not in once


@given(st.text(max_size=80))
def test_any_text_is_a_url_or_a_value_error(text: str) -> None:
    try:
        once = canonical(text)
    except ValueError:
        return
    assert canonical(once) == once

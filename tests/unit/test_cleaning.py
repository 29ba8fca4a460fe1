import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.article import clean_text
from extractors.cleaning import inline, one_line, plain, visible, words
from tests.bounded import ends

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\r\x00\nb", "a\nb"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("tab\tstays, bell\x07 goes\x7f\x9b", "tab\tstays, bell goes"),
        ("e\u0301", "é"),
        ("e\x00\u0301", "é"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("pair \ud83d\ude00", "pair 😀"),
        (f"user{BIDI}gnp.exe\ufeff", "usergnp.exe"),
        ("no\ufdd0n\uffffchar", "nonchar"),
        ("family 👨\u200d👩 and नि\u200cर्", "family 👨\u200d👩 and नि\u200cर्"),
    ],
)
def test_clean_text(given_text: str, expected: str) -> None:
    assert clean_text(given_text) == unicodedata.normalize("NFC", expected)


def test_clean_text_is_left_alone() -> None:
    text = "It rose 4% – to “744B”\u00a0parameters.\n\n\tZürich, 東京 and 😀.\n"
    assert clean_text(text) == text


@given(st.text(alphabet=st.characters(), max_size=200))
def test_clean_text_is_idempotent_and_encodable(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(char) == "Cc" for char in once if char not in "\n\t")
    once.encode("utf-8")


@given(st.text(alphabet="ab\r\n\x00\x85\u0301\u0344\u0323\u200e\ud800\udc00\uac00\u1100\u1161", max_size=60))
def test_clean_text_is_idempotent_on_the_hard_characters(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_stacked_marks_end() -> None:
    with ends():
        assert len(clean_text("a" + "\u0301\u0323" * 400_000)) <= 31


def test_one_line_and_inline() -> None:
    assert one_line(" a\n\t b\u200b ") == "a b"
    assert one_line("x" * 50, 10) == "x" * 10
    assert inline("<em>Q3</em> &amp;amp; Q4: <5% growth") == "Q3 & Q4: <5% growth"


def test_plain_keeps_blocks_and_drops_what_nobody_reads() -> None:
    markup = "<p>One &amp; <b>two</b></p><script>if (a<b) alert('x')</script><!-- no --><p>three<br/>four</p>"
    assert plain(markup) == "One & two\n\nthree\n\nfour"
    assert plain("no tags, 3 < 4 &mdash; fine") == "no tags, 3 < 4 — fine"
    assert plain("kept <script>never closed") == "kept"


@pytest.mark.parametrize(
    "hostile", ["<" * 300_000, "<!--" * 100_000, "<a " * 150_000, "<script>" * 60_000, "&" * 300_000]
)
def test_plain_ends(hostile: str) -> None:
    with ends():
        plain(hostile)


def test_visible_joins_words_at_soft_hyphens() -> None:
    assert visible("para\u00admeters") == "parameters"


def test_words() -> None:
    assert words("three short words") == 3
    assert words("東京は今日も晴れ") >= 4

"""Foreign text stays text: checked with a real markdown parser, with HTML, tables and strikethrough switched on."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports.markdown import destination, link, plain, visible
from tests.bounded import ends

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKUP = st.text(alphabet=st.sampled_from("\\`*_{}[]()<>|~#+-.!&;:=$%^'\"/ 1aAwx\n\t\x1b\u202e\u200b"), max_size=40)

HOSTILE = (
    "**bold** _it_ `code` ~~gone~~",
    "![x](https://evil.example/pixel.gif)",
    "[click](javascript:alert(1)) and [ref][1]",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<!-- hidden",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "> quote",
    "---",
    "===",
    "| a | b |\n|---|---|",
    "```\ncode",
    "    indented",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "line one\n\n# line two\r\n\u2028- line three",
    "back\\slash \\<b> \\",
    "[x]: https://evil.example",
    ": definition",
    "<https://evil.example> <a@evil.example>",
)


def leaves(markdown: str) -> list[Token]:
    found: list[Token] = []
    for token in PARSER.parse(markdown):
        found += token.children if token.type == "inline" and token.children else [token]
    return found


def shown(markdown: str) -> str:
    return "".join(token.content for token in leaves(markdown) if token.type in ("text", "text_special"))


def kinds(markdown: str) -> set[str]:
    return {token.type for token in leaves(markdown)} - {"text", "text_special"}


PLACES = ("{}", "- {}", "### {}", "word {} word", "**{}**", "> {}")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_foreign_text_is_shown_and_never_acts(text: str, place: str) -> None:
    markdown = place.format(plain(text))
    assert kinds(markdown) == kinds(place.format("x"))
    assert visible(text) in shown(markdown)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_in_its_cell(text: str) -> None:
    rows = PARSER.render(f"| a | b |\n|---|---|\n| {plain(text)} | end |\n")
    cells = re.findall(r"<td>(.*?)</td>", rows, re.DOTALL)
    assert [html.unescape(cell) for cell in cells] == [visible(text), "end"]


@given(MARKUP)
def test_any_punctuation_is_shown_as_written(text: str) -> None:
    assert shown(f"- a{plain('x' + text)}") == "a" + visible("x" + text)
    assert kinds(f"- {plain(text)}") <= kinds("- x") | {"paragraph_open", "paragraph_close"}


@given(st.text(max_size=60))
def test_nothing_invisible_is_left(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", plain(text))


def test_terminal_sequences_go_with_their_arguments() -> None:
    assert visible("a\x1b[31;1mred\x1b[0m b") == "ared b"
    assert visible("a\x1b]8;;https://evil.example\x07b\x1b]8;;\x1b\\c") == "abc"
    assert visible("a\x9b2Jb\x1bcd") == "abcd"
    assert visible("up\r\ndown") == "up down"


def test_ordinary_prose_stays_readable() -> None:
    prose = "GLM-5.2 costs $1.40 (not $4.40); it's AT&T's \"third\" place: 12.5%, 3-4 days."
    assert plain(prose) == prose


def test_forges_make_no_links_or_formulas_of_text() -> None:
    assert plain("see https://a.example and www.b.example") == "see https\\://a.example and www\\.b.example"
    assert plain("$x$ and $$y$$") == "\\$x\\$ and \\$\\$y\\$\\$"
    assert "%%" not in plain("%%hidden%%")
    assert "==" not in plain("==lit==")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "file:///etc/passwd", "//evil.example", "",
     "http://", "http://[bad", "java\nscript:alert(1)", "vbscript:x", "\x01javascript:x"],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str) -> None:
    assert destination(url) == ""
    assert link("title", url) == "title"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/x?y=1&z=2#top", "https://a.example/x?y=1&z=2#top"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https://a.example/f(1)", "https://a.example/f%281%29"),
        ('https://a.example/"><script>', "https://a.example/%22%3E%3Cscript%3E"),
        ("https://a.example/caf\u00e9", "https://a.example/caf%C3%A9"),
        ("https://a.example/%C3%A9", "https://a.example/%C3%A9"),
    ],
)
def test_addresses_cannot_end_a_link_early(url: str, target: str) -> None:
    assert destination(url) == target
    opened = next(token for token in leaves(link("a]b", url)) if token.type == "link_open")
    assert opened.attrs["href"] == target


@given(st.text(max_size=30), MARKUP)
def test_a_link_is_one_link_whatever_it_holds(path: str, title: str) -> None:
    markdown = link("t" + title, "https://a.example/" + path.replace("\x00", ""))
    found = [token for token in leaves(markdown) if token.type == "link_open"]
    assert len(found) == 1
    assert str(found[0].attrs["href"]).startswith("https://a.example/")


def test_long_hostile_text_ends() -> None:
    with ends():
        for piece in ("\x1b[", "\x1b]", "&", "&a", "$", "www", "[", "https", "1", "=", "%"):
            plain(piece * 200_000)

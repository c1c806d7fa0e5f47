"""Whatever a runbook holds, its page does no harm: no script, nothing loaded."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.server.pages.markdown import html_of

ALLOWED = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "hr"),
    *("em", "strong", "code", "pre", "br", "a", "div", "button"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "rel", "title"},
    "em": {"title"},
    "ol": {"start"},
    "div": {"class"},
    "button": {"class", "type"},
    "code": {"class"},
    "th": {"style"},
    "td": {"style"},
}


class Reader(HTMLParser):
    """Every tag and attribute of a page, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(text: str) -> Reader:
    reader = Reader()
    reader.feed(str(html_of(text)))
    reader.close()
    return reader


def harmless(text: str) -> Reader:
    reader = shown(text)
    for tag, attributes in reader.tags:
        assert tag in ALLOWED, tag
        assert set(attributes) <= ATTRIBUTES.get(tag, set()), attributes
        href = attributes.get("href")
        assert href is None or href.lower().startswith(("http:", "https:", "mailto:"))
    return reader


HOSTILE = [
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<div\nonclick=alert(1)>x</div>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x]( \tjavascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](//evil.example)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example 'a\" onclick=\"alert(1)')",
    "![x](javascript:alert(1)) ![<b>](https://a.example/p.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "```html\n</pre><script>alert(1)</script>\n```",
    "    </pre><script>alert(1)</script>",
    '```"><script>\nx\n```',
    "`</code><script>`",
    "# <script>alert(1)</script>",
    "| <script> |\n|---|\n| <img onerror=x> |",
    "<!-- <script>alert(1)</script> -->",
    "<!--> <script>alert(1)</script>",
    "<style>body{display:none}</style>",
    "<form action=https://evil.example><input name=token></form>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)\\</script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_shown_and_does_nothing(text: str) -> None:
    harmless(text)


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "**", "[", "](", ")"])
    )
)
def test_no_mixture_of_it_does_more(parts: list[str]) -> None:
    harmless("".join(parts))


def test_what_was_written_as_html_can_be_read() -> None:
    reader = harmless("Type <b>this</b> now\n\n<script>x</script>\n\n<!-- hidden -->")
    assert "Type <b>this</b> now" in reader.text
    assert "<script>x</script>" in reader.text
    assert "hidden" not in reader.text


def test_links_go_to_the_web_and_files_are_only_named() -> None:
    tags = shown("[a](https://a.example/x?y=1&z=2) [b](../docs/x.md)").tags
    links = [attributes for tag, attributes in tags if tag == "a"]
    assert links == [
        {"href": "https://a.example/x?y=1&z=2", "rel": "noopener noreferrer"},
        {"title": "../docs/x.md"},
    ]


def test_a_heading_that_stands_above_is_not_said_again() -> None:
    text = "# Top\n\nwords\n\n## 1. Stop *it*\n\nmore\n"
    assert str(html_of(text, without="1. Stop it")) == (
        "<h1>Top</h1>\n<p>words</p>\n<p>more</p>\n"
    )


def test_a_picture_is_a_link_so_that_nothing_is_loaded() -> None:
    tags = shown("![the map](https://a.example/map.png)").tags
    assert [tag for tag, _ in tags] == ["p", "a"]


def test_a_command_is_copied_as_it_is() -> None:
    reader = harmless("```\necho \"a\" > 'b' && true\n```\n")
    assert "echo \"a\" > 'b' && true" in reader.text
    assert ("button", {"type": "button", "class": "copy"}) in reader.tags

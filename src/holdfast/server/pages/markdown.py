"""
Markdown as HTML that can do no harm.

HTML in it is shown as it was written, links go to the web or nowhere, and pictures are
links: the page loads nothing from elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_SCHEMES = ("http://", "https://", "mailto:")
_COMMENT = "<!--"
_HEADING = 3
"""So many tokens make a heading."""

Blocks = Mapping[int, Callable[[Token], str]]
"""What is written instead of the block whose fence opens at a line, from 0."""


def html_of(text: str, blocks: Blocks | None = None, without: str = "") -> Markup:
    """
    A text as HTML; some of its fenced blocks may be written by somebody else.

    ``without`` is a heading that stands above it already.
    """
    reader = MarkdownIt("commonmark").enable("table")
    for name in ("html_block", "html_inline"):
        reader.add_render_rule(name, _html)
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("code_block", _fence)
    reader.add_render_rule("link_open", _link)
    reader.add_render_rule("image", _image)
    env: dict[str, Any] = {"blocks": blocks or {}}
    tokens = list(_but(reader.parse(text, env), without))
    made = reader.renderer.render(tokens, reader.options, env)
    return Markup(made)  # noqa: S704 - every text in it went through the rules here


def _but(tokens: Sequence[Token], heading: str) -> Iterator[Token]:
    """The tokens without a heading of these words."""
    skipped = 0
    for index, token in enumerate(tokens):
        if heading and token.type == "heading_open":
            inline = tokens[index + 1].children or ()
            said = "".join(one.content for one in inline).strip()
            skipped = _HEADING if said == heading else 0
        if skipped:
            skipped -= 1
        else:
            yield token


def _html(_: Any, tokens: Sequence[Token], index: int, *_more: Any) -> str:
    """HTML as the text it is; comments are for whoever writes."""
    written = tokens[index].content
    return "" if written.lstrip().startswith(_COMMENT) else escape(written)


def _fence(_: Any, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    token = tokens[index]
    made = env["blocks"].get(token.map[0]) if token.map else None
    return made(token) if made else copied(token.content)


def copied(text: str) -> str:
    """A text to be copied, with a button for it."""
    button = '<button type="button" class="copy">Copy</button>'
    return f'<div class="code"><pre>{escape(text.rstrip())}</pre>{button}</div>\n'


def _link(_: Any, tokens: Sequence[Token], index: int, *_more: Any) -> str:
    """A link to the web; one to a file of the project only says which."""
    target = str(tokens[index].attrGet("href") or "")
    if target.lower().startswith(_SCHEMES):
        return f'<a href="{escape(target)}" rel="noopener noreferrer">'
    return f'<a title="{escape(target)}">'


def _image(_: Any, tokens: Sequence[Token], index: int, *_more: Any) -> str:
    token = tokens[index]
    said, target = escape(token.content or "picture"), str(token.attrGet("src") or "")
    if target.lower().startswith(_SCHEMES):
        return f'<a href="{escape(target)}" rel="noopener noreferrer">{said}</a>'
    return f'<em title="{escape(target)}">{said}</em>'

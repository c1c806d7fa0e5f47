"""All that is known of one run as one HTML file that needs nothing else."""

from collections.abc import Sequence
from html import escape

from holdfast.model import Attributes, Entry, Event, canonical

_STYLE = """
:root{color-scheme:light dark;--line:#8884}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;
border-bottom:1px solid var(--line);vertical-align:top}
code,pre{font:13px/1.45 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);
padding:.6rem;border-radius:4px}
summary{cursor:pointer}.hash{color:#888;font-size:12px;overflow-wrap:anywhere}
"""


def evidence(run: str, entries: Sequence[Entry]) -> str:
    """The page: who, what, when, verdict, every change with its states, the proof."""
    started = next((e for e in entries if e.event is Event.RUN_STARTED), None)
    head = _facts(started.body) if started else ""
    who = escape(started.actor) if started else ""
    rows = "".join(_row(entry) for entry in entries)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Evidence for {escape(run)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Evidence for run {escape(run)}</h1><p>Started by {who}.</p>{head}"
        "<h2>What happened, in order</h2><table><thead><tr><th>#</th><th>When (UTC)</th>"
        f"<th>What</th><th>Where</th></tr></thead><tbody>{rows}</tbody></table>"
        "<p>Each row is chained to the one before it by SHA-256; "
        "<code>holdfast ledger verify</code> checks the chain.</p></body></html>\n"
    )


def _facts(body: Attributes) -> str:
    cells = "".join(
        f"<tr><th>{escape(key)}</th><td>{escape(_text(value))}</td></tr>"
        for key, value in body.items()
        if value not in ("", (), {})
    )
    return f"<table><tbody>{cells}</tbody></table>"


def _row(entry: Entry) -> str:
    where = escape(str(entry.address)) if entry.address else ""
    body = escape(_text(entry.body))
    detail = f"<details><summary>details</summary><pre>{body}</pre></details>"
    return (
        f"<tr><td>{entry.sequence}</td><td>{escape(entry.at[:19])}</td>"
        f"<td>{escape(entry.event.value)}{detail if entry.body else ''}"
        f'<div class="hash">{escape(entry.hash)}</div></td><td>{where}</td></tr>'
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else canonical(value).decode()

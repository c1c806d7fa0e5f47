"""All that is known of one run as one HTML file that needs nothing else."""

from collections.abc import Iterator, Sequence
from html import escape

from holdfast.model import Attributes, Entry, Event, canonical
from holdfast.plan.diff import lines_of
from holdfast.ports import Contents
from holdfast.record import Cause, WhyRun

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--good:#1a7f37;--bad:#cf222e}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1 small{font-size:1rem;font-weight:600;margin-left:.6rem;padding:.15rem .6rem;
white-space:nowrap;border-radius:1rem;color:#fff;background:var(--good);vertical-align:middle}
h1 small.bad{background:var(--bad)}h2{margin-top:2rem}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;
border-bottom:1px solid var(--line);vertical-align:top}
table.facts td,.hash,td:last-child{overflow-wrap:anywhere}td.short{white-space:nowrap}
h3 span{font-weight:400}
table.facts th{width:9rem;font-weight:600}
code,pre{font:13px/1.45 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);margin:.3rem 0;
padding:.6rem;border-radius:4px}
ins,del{text-decoration:none}ins{color:var(--good)}del,.bad-word{color:var(--bad)}
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#f85149}h1 small{color:#000}}
summary{cursor:pointer}.hash{color:#888;font-size:12px}
"""
_ENDS = {
    Event.SUCCEEDED: "made",
    Event.FAILED: "failed",
    Event.SKIPPED: "not begun",
    Event.UNREACHABLE: "unreachable",
    Event.IN_DOUBT: "in doubt",
    Event.RESOLVED: "decided by a look or a person",
}


def page(told: WhyRun, entries: Sequence[Entry], contents: Contents) -> str:
    """
    The page: how it ended, who, why, what let it through, every change, every entry.

    ``contents`` are bytes by digest, as far as they may be shown.
    """
    run = escape(told.story.run)
    changes = "".join(
        part for cause in told.causes for part in _change(cause, contents)
    )
    rows = "".join(_row(entry) for entry in entries)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Evidence for {run}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Evidence for run {run} {_badge(told)}</h1>{_facts(told, entries)}"
        f"<h2>What was changed</h2>{changes or '<p>Nothing was begun.</p>'}"
        "<h2>Every entry of the ledger</h2>"
        "<table><thead><tr><th>#</th><th>When (UTC)</th>"
        f"<th>What</th><th>Where</th></tr></thead><tbody>{rows}</tbody></table>"
        "<p>Each entry is chained to the one before it by SHA-256; "
        "<code>holdfast ledger verify</code> checks the chain.</p></body></html>\n"
    )


def _badge(told: WhyRun) -> str:
    outcome = told.story.outcome or "has no end yet"
    if told.verified:
        outcome = f"{outcome}, verified"
    good = told.verified and all(c.ended is Event.SUCCEEDED for c in told.causes)
    return f'<small class="{"good" if good else "bad"}">{escape(outcome)}</small>'


def _facts(told: WhyRun, entries: Sequence[Entry]) -> str:
    story = told.story
    body = next((e.body for e in entries if e.event is Event.RUN_STARTED), {})
    facts = {
        "what": story.purpose,
        "who": story.actor,
        "why": told.why or "no reason was given",
        "when": f"{_when(story.started)} to {_when(story.ended) or '?'} UTC",
        "where": f"{body.get('environment', '')}: {_list(body.get('targets'))}",
        "declaration": story.commit,
        "plan": story.digest,
        "let through by": _list(told.rules) or "no rule asked for anything",
        "approved by": _list(told.approvals) or "nobody had to",
        "the glass": told.broken or "was not broken",
        "verified": {
            True: "a second look found everything as wanted",
            False: "a second look found something NOT as wanted",
            None: "nobody looked again",
        }[told.verified],
    }
    cells = "".join(
        f"<tr><th>{key}</th><td>{escape(str(value))}</td></tr>"
        for key, value in facts.items()
    )
    return f'<table class="facts"><tbody>{cells}</tbody></table>'


def _change(cause: Cause, contents: Contents) -> Iterator[str]:
    change = cause.change
    word = _ENDS[cause.ended] if cause.ended else "its end is not known"
    shown = "" if cause.ended is Event.SUCCEEDED else ' class="bad-word"'
    yield (
        f"<h3><code>{escape(change.action.mark)} {escape(str(change.address))}</code> "
        f"<span{shown}>{word}</span></h3>"
    )
    lines = "\n".join(_coloured(line) for line in lines_of(change, contents))
    yield f"<pre>{lines}</pre>" if lines else ""
    said = str(cause.said.get("output", ""))
    if said:
        yield f"<details><summary>what it printed</summary><pre>{escape(said)}</pre>"
        yield "</details>"
    problem = cause.said.get("problem")
    if isinstance(problem, dict):
        yield f'<p class="bad-word">{escape(str(problem.get("summary", "")))}</p>'


def _coloured(line: str) -> str:
    word = {"+": "ins", "-": "del"}.get(line[:1])
    return f"<{word}>{escape(line)}</{word}>" if word else escape(line)


def _row(entry: Entry) -> str:
    where = escape(str(entry.address)) if entry.address else ""
    body = escape(_text(entry.body))
    detail = f"<details><summary>details</summary><pre>{body}</pre></details>"
    return (
        f'<tr><td class="short">{entry.sequence}</td>'
        f'<td class="short">{_when(entry.at)}</td>'
        f"<td>{escape(entry.event.value)}{detail if entry.body else ''}"
        f'<div class="hash">{escape(entry.hash)}</div></td><td>{where}</td></tr>'
    )


def _when(at: str) -> str:
    return escape(at[:19].replace("T", " "))


def _list(values: object) -> str:
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else ""


def _text(value: Attributes) -> str:
    return canonical(value).decode()

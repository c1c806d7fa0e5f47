"""
Write the page of problems from the source: every code with all that is said under it.

The page is shipped beside the command line, where ``holdfast explain`` reads it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/holdfast"
MADE = "<!-- Made by `./dev docs` from the source; change the problems there. -->"
HEAD = (
    "Every problem has a code, `stage.what`. A word in braces is filled in when it "
    "happens. `holdfast explain CODE` shows one of these in the terminal."
)
CODE = re.compile(r"[a-z]+\.[a-z][a-z-]+")
QUOTED = re.compile(f'"{CODE.pattern}"')
STAGES = {
    "load": "while the project's files were read; nothing was looked at or changed",
    "expressions": "while an expression was evaluated",
    "observe": "while a host was looked at; nothing was changed",
    "kind": "while a host was looked at; nothing was changed",
    "hosts": "while a host was reached",
    "plan": "while the plan was made; nothing was changed",
    "gate": "when the gate judged the plan; nothing was changed",
    "apply": "while the plan was applied",
    "verify": "when the result was looked at again",
    "record": "while the ledger was read or written",
    "store": "while the project's state was read or written",
    "webhook": "to the sender of a webhook; nothing was stored or started",
    "check": "by `holdfast check`; nothing was started",
    "schedule": "while a schedule was read; nothing was started",
    "forge": "while a repository was looked at; nothing was started",
    "test": "while a workflow was tested; nothing of the project was changed",
    "notice": "while a message was to be sent; it stays in the outbox",
    "outbox": "while a letter was looked for",
    "runbook": "while the project's files were read; nothing was looked at or changed",
    "secret": "while a secret was looked for or kept",
}


def _text(node: ast.expr | None) -> str:
    """A string expression as a reader sees it, its holes as ``{name}``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"{{{_hole(node.value)}}}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.IfExp | ast.BoolOp):
        return _otherwise(node)
    return "{" + _hole(node) + "}" if node is not None else ""


def _otherwise(node: ast.IfExp | ast.BoolOp) -> str:
    """Of several texts the one with words of its own: ``near or "Write one"``."""
    if isinstance(node, ast.BoolOp):
        return _text(node.values[-1])
    return _text(node.body) or _text(node.orelse)


def _hole(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id.lstrip("_")
    if isinstance(node, ast.Call):
        return _hole(node.args[0]) if node.args else _hole(node.func)
    if isinstance(node, ast.Subscript):
        return _hole(node.value)
    return "…"


def _said(node: ast.Call) -> Iterator[tuple[str, dict[str, ast.expr]]]:
    """The codes a call names, by keyword or first, with what it says under them."""
    told = {k.arg: k.value for k in node.keywords if k.arg}
    if "code" not in told and _is_said_by_place(node):
        names = ("code", "summary", "detail", "next_step")
        told = {**dict(zip(names, node.args, strict=False)), **told}
    for part in ast.walk(told["code"]) if "code" in told else ():
        if _is_problem(part):
            yield _text(part), told  # type: ignore[arg-type]  # a constant


def _is_said_by_place(node: ast.Call) -> bool:
    """Whether a call names a code first, and then its summary."""
    return len(node.args) > 1 and _is_problem(node.args[0])


def _is_problem(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and bool(CODE.fullmatch(value))


def collected() -> dict[str, list[tuple[str, str, str]]]:
    """By code: every summary, detail and next step that the source gives it."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        nodes = ast.walk(ast.parse(text)) if QUOTED.search(text) else ()
        calls = (node for node in nodes if isinstance(node, ast.Call))
        for code, told in (pair for call in calls for pair in _said(call)):
            keys = ("summary", "detail", "next_step")
            said = [" ".join(_text(told.get(key)).split()) for key in keys]
            if (one := (said[0], said[1], said[2])) not in found[code]:
                found[code].append(one)
    return dict(sorted(found.items()))


@cache
def page() -> str:
    """The whole page."""
    parts = [
        "# Problems",
        MADE,
        HEAD,
    ]
    for code, said in collected().items():
        parts.append(f"## {code}")
        stage = STAGES.get(code.partition(".")[0])
        if stage:
            parts.append(f"Said {stage}.")
        for summary, detail, next_step in said:
            lines = [f"**{_shown(summary)}.** {_shown(detail)}".rstrip()]
            lines += [f"Next: {_shown(next_step)}"] if next_step else []
            parts.append("\n\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _shown(text: str) -> str:
    return "" if text == "{…}" else text

"""
Write docs/reference from the typed classes and the commands.

``--check`` writes nothing and ends with 1 when a page is not current.
"""

import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import problems
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from holdfast import declare
from holdfast.cli.main import holdfast
from holdfast.kinds import BUILT_IN
from holdfast.ports import Kind
from holdfast.problems import Exit

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs/reference"
MADE = "<!-- Made by `./dev docs`; change the classes, not this page. -->"
EVERY_KIND = """\
| key | what |
|---|---|
| `after` | addresses this waits for, as `package:nginx`; one or a list |
| `then` | handlers to run once, at the end of the host's wave, if this changed |
| `for_each` | a list or mapping; the resource is there once for each `item` |
| `when` | an expression; the resource is not there when it is false |
"""


def _word(annotation: Any) -> str:
    """A type as a reader of YAML says it."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        words = [_word(part) for part in inner if part is not type(None)]
        return " or ".join(dict.fromkeys(words))
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin is typing.Annotated:
        return _word(inner[0])
    if origin is not None:
        parts = ", ".join(_word(part) for part in inner if part is not Ellipsis)
        name = {"Mapping": "mapping", "dict": "mapping"}.get(origin.__name__, "list")
        return f"{name} of {parts}" if parts else name
    names = {"str": "text", "int": "number", "float": "number", "bool": "true or false"}
    name = getattr(annotation, "__name__", str(annotation))
    return names.get(name, name)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None or field.default is None:
        return ""
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if field.default not in ("", (), []) else ""


def _fields(model: type[BaseModel]) -> Iterator[str]:
    yield "| key | type | default |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        kind = _word(field.annotation).replace("|", "or")
        yield f"| `{field.alias or name}` | {kind} | {_default(field)} |"


def _manual(doc: str | None) -> str:
    """A docstring as Markdown: its indented blocks are YAML."""
    lines: list[str] = []
    inside = False
    for line in inspect.cleandoc(doc or "").splitlines():
        indented = line.startswith("    ")
        if indented and not inside and (not lines or not lines[-1].strip()):
            lines.append("```yaml")
            inside = True
        elif inside and line.strip() and not indented:
            _close(lines)
            inside = False
        lines.append(line[4:] if inside else line.replace("``", "`"))
    if inside:
        _close(lines)
    return "\n".join(lines).strip()


def _close(lines: list[str]) -> None:
    while lines and not lines[-1].strip():
        lines.pop()
    lines += ["```", ""]


def kinds_page() -> str:
    """Every kind with its manual and keys."""
    parts = ["# Kinds", MADE, "Every kind knows these keys besides its own:"]
    parts.append(EVERY_KIND.strip())
    parts += [_kind(kind) for kind in BUILT_IN]
    return "\n\n".join(parts) + "\n"


def _kind(kind: Kind) -> str:
    where = "" if kind.confined else "Not on hosts with a `root:` folder."
    text = [f"## {kind.name}", _manual(kind.model.__doc__), where]
    text.append("\n".join(_fields(kind.model)))
    return "\n\n".join(part for part in text if part)


def files_page() -> str:
    """Every class that a project's files are made of."""
    parts = ["# Files", MADE]
    for name, found in sorted(vars(declare).items()):
        if inspect.isclass(found) and issubclass(found, BaseModel):
            table = "\n".join(_fields(found))
            parts.append(f"## {name}\n\n{_manual(found.__doc__)}\n\n{table}")
    return "\n\n".join(parts) + "\n"


def commands_page() -> str:
    """The help of every command."""
    context = click.Context(holdfast, info_name="holdfast")
    parts = ["# Commands", MADE, _help(context)]
    for name in holdfast.list_commands(context):
        import_module(f"holdfast.cli.commands.{name.replace('-', '_')}")
        parts += _command(holdfast.get_command(context, name), name, context)
    return "\n\n".join(parts) + "\n"


def _command(
    command: click.Command | None, name: str, above: click.Context
) -> Iterator[str]:
    if command is None:
        return
    context = click.Context(command, info_name=name, parent=above)
    yield f"## {context.command_path}\n\n{_help(context)}"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(command.get_command(context, inner), inner, context)


def _help(context: click.Context) -> str:
    context.terminal_width = 88
    context.max_content_width = 88
    context.color = False
    return f"```text\n{click.unstyle(context.get_help())}\n```"


def exits_page() -> str:
    """The table of exit codes."""
    rows = "\n".join(f"| {int(code)} | {code.meaning} |" for code in Exit)
    return f"# Exit codes\n\n{MADE}\n\n| code | meaning |\n|---|---|\n{rows}\n"


PAGES: dict[Path, Callable[[], str]] = {
    REFERENCE / "kinds.md": kinds_page,
    REFERENCE / "files.md": files_page,
    REFERENCE / "commands.md": commands_page,
    REFERENCE / "exit-codes.md": exits_page,
    REFERENCE / "problems.md": problems.page,
    ROOT / "src/holdfast/cli/problems.md": problems.page,
}


def main(arguments: list[str]) -> int:
    """Write or check all pages."""
    stale = []
    for path, page in PAGES.items():
        text = page()
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
    if stale:
        sys.stderr.write(f"Not current: {', '.join(stale)}. Write: ./dev docs\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

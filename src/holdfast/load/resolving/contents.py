"""The bytes of ``content:``, ``source:`` and ``template:``."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.load.resolving.contexts import Contexts, NeedsFacts, Unusable
from holdfast.problems import did_you_mean

if TYPE_CHECKING:
    from jinja2.nodes import Template
    from jinja2.sandbox import SandboxedEnvironment

KEYS = ("content", "template", "source")


class Contents:
    """
    Reads and renders files of one project, each read once.

    A path is looked for beside the config first, then from the project's root, and never
    outside of it. Templates are Jinja2: sandboxed, undefined names are errors, the
    newline after a block goes (``trim_blocks``).
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._files: dict[Path, bytes] = {}
        self._found: dict[tuple[str, str], Path] = {}
        self._asks_facts: dict[str, bool] = {}

    def of(
        self, data: Mapping[str, Any], beside: str, contexts: Contexts
    ) -> bytes | None:
        """
        The content a declaration asks for, ``None`` when it asks for none.

        ``beside`` is the file that asks. Raises ``Unusable`` for two contents at once, and
        for what is not there or cannot be filled in.
        """
        given = [key for key in KEYS if data.get(key) is not None]
        if not given:
            return None
        if len(given) > 1:
            words = " and ".join(f"`{key}:`" for key in given)
            raise Unusable(
                "load.two-contents",
                f"Only one of {words} can be",
                "A file has one content.",
                "Take the others out.",
            )
        value = data[given[0]]
        if given[0] == "content":
            return contexts.revealed(str(value)).encode()
        name = str(contexts.filled(value))
        if (name, beside) not in self._found:
            self._found[name, beside] = self._find(name, beside)
        path = self._found[name, beside]
        if given[0] == "source":
            return self._read(path)
        return self._rendered(path, contexts)

    def _find(self, name: str, beside: str) -> Path:
        places = ((self._root / beside).parent / name, self._root / name)
        found = next((p.resolve() for p in places if p.is_file()), None)
        if found is None:
            raise Unusable(
                "load.no-file",
                f"There is no file `{name}`",
                "Looked beside the config and in the project's folder.",
                did_you_mean(name, self._near(places)),
            )
        if not found.is_relative_to(self._root):
            raise Unusable(
                "load.outside",
                f"`{name}` is outside of the project",
                "What is not in the project's folder has no version and no owner.",
                "Copy it into the project.",
            )
        return found

    def _near(self, places: tuple[Path, ...]) -> Iterator[str]:
        for place in places:
            folder = place.parent
            if folder.is_dir() and folder.resolve().is_relative_to(self._root):
                yield from (
                    str(Path(place).relative_to(self._root).parent / p.name)
                    if place.is_relative_to(self._root)
                    else p.name
                    for p in sorted(folder.iterdir())[:200]
                    if p.is_file()
                )

    def _read(self, path: Path) -> bytes:
        if path not in self._files:
            try:
                self._files[path] = path.read_bytes()
            except OSError as error:
                why = f"{path.name}: {error.strerror}."
                raise Unusable(
                    "load.unreadable", "A file cannot be read", why
                ) from error
        return self._files[path]

    def _rendered(self, path: Path, contexts: Contexts) -> bytes:
        from jinja2 import TemplateError

        jinja = _environment(self._root)
        name = str(path.relative_to(self._root))
        try:
            if not contexts.facts_known and self._needs_facts(jinja, name):
                raise NeedsFacts
            values = {**contexts.plain["vars"], **contexts.plain}
            text = jinja.get_template(name).render(values, secrets=_Opened(contexts))
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise _unrendered(name, error) from error
        except UnicodeDecodeError as error:
            raise _unrendered(name, error) from error
        return text.encode()

    def _needs_facts(self, jinja: "SandboxedEnvironment", name: str) -> bool:
        if name not in self._asks_facts:
            source = self._read(self._root / name).decode(errors="replace")
            self._asks_facts[name] = _may_name_facts(source) and _names_facts(
                jinja.parse(source)
            )
        return self._asks_facts[name]


@cache
def _environment(root: Path) -> "SandboxedEnvironment":
    """One for a project and process: what is compiled once stays until its file changes."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=FileSystemLoader(str(root)),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _may_name_facts(source: str) -> bool:
    """Cheaply: most templates say nothing of facts and take nothing in."""
    return any(word in source for word in ("facts", "include", "import", "extends"))


def _names_facts(tree: "Template") -> bool:
    from jinja2 import meta

    named = meta.find_undeclared_variables(tree)
    return "facts" in named or any(True for _ in meta.find_referenced_templates(tree))


class _Opened(Mapping[str, str]):
    """Secrets as a template sees them: opened, and noted as used."""

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    def __getitem__(self, name: str) -> str:
        return self._contexts.secret(name).reveal()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _unrendered(name: str, error: Exception) -> Unusable:
    line = getattr(error, "lineno", None) or _line_of(error, name)
    where = f"{name}:{line}" if line else name
    what = getattr(error, "message", None) or str(error)
    return Unusable(
        "load.template",
        "The template cannot be rendered",
        f"{where}: {what}.",
        "Templates know vars, host, facts, environment, item and secrets.",
    )


def _line_of(error: Exception, name: str) -> int | None:
    """The template's own line in a traceback that went through it."""
    trace, line = error.__traceback__, None
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line

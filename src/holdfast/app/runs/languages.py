"""``actions/setup-*``: what is on the worker, or in the container of the job."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from holdfast.drivers.builtin import Tool, find_tool, own_python, version_of_file
from holdfast.drivers.containers import find_client

LANGUAGES = ("python", "node", "go", "java")
_CACHED = "nothing is put into a cache: the worker keeps what package managers download"


def set_up(
    language: str,
    get: Callable[..., str],
    env: Mapping[str, str],
    say: Callable[[str], None],
    output: Callable[..., None],
) -> int:
    """Find every version that is wanted and put it first; the exit status."""
    at = _inside(env)
    found: list[Tool] = []
    for wanted in _wanted(language, get, Path(env["GITHUB_WORKSPACE"])):
        tool = find_tool(language, wanted, at)
        if not isinstance(tool, Tool):
            say(f"::error::{tool}")
            return 1
        say(f"{language} {tool.version} at {tool.path}")
        found.append(_own(language, tool, env, say, at))
    if get("cache"):
        say(_CACHED)
    if get("update-environment") != "false":
        _put_first(language, found, env)
    told = {
        f"{language}_version": found[0].version,
        f"{language}_path": str(found[0].path),
    }
    output(**told, cache_hit="false")
    return 0


def _wanted(language: str, get: Callable[..., str], workspace: Path) -> list[str]:
    """Versions as written, one a line, or what a file of the project says."""
    written = get(f"{language}-version").split("\n")
    every = [one.strip() for one in written if one.strip()]
    file = get(f"{language}-version-file")
    if not every and file:
        text = (workspace / file).read_text(encoding="utf-8")
        every = [version_of_file(file, text, language)]
    return every or [""]


def _own(
    language: str,
    tool: Tool,
    env: Mapping[str, str],
    say: Callable[[str], None],
    at: Iterable[str],
) -> Tool:
    """Python as one of the job's own; the others as they are."""
    if language != "python":
        return tool
    folder = Path(env["RUNNER_TEMP"]) / f"python-{tool.version}"
    made = own_python(tool.path, folder, tuple(at))
    if made is None:
        say("::warning::it has no venv: what the job installs stays on this machine")
        return tool
    return Tool(tool.version, made / "python")


def _put_first(language: str, found: list[Tool], env: Mapping[str, str]) -> None:
    first = found[0]
    paths = [str(tool.folder) for tool in reversed(found) if not _is_first(tool, env)]
    more: dict[str, str] = {}
    match language:
        case "python":
            more = {"pythonLocation": str(first.folder.parent)}
        case "java":
            more = {"JAVA_HOME": str(first.path.resolve().parent.parent)}
        case "go":
            paths.append(str(Path(env.get("HOME", "/root")) / "go/bin"))
        case _:
            pass
    _append(Path(env["GITHUB_PATH"]), paths)
    _append(
        Path(env["GITHUB_ENV"]), [f"{name}={value}" for name, value in more.items()]
    )


def _is_first(tool: Tool, env: Mapping[str, str]) -> bool:
    """Whether it is what its name stands for already, here and not in a container."""
    known = shutil.which(tool.path.name, path=env.get("PATH", ""))
    return not env.get("HOLDFAST_INSIDE") and known == str(tool.path)


def _append(file: Path, lines: Iterable[str]) -> None:
    with file.open("a", encoding="utf-8") as handle:
        handle.writelines(f"{line}\n" for line in lines)


def _inside(env: Mapping[str, str]) -> tuple[str, ...]:
    """The words that ask in the container of the job, if it has one."""
    container = env.get("HOLDFAST_INSIDE", "")
    client = find_client() if container else None
    return (client.program, "exec", container) if client else ()

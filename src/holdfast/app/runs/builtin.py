"""``holdfast step NAME``: what is built in, inside of a step's own process."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

import httpx

from holdfast.app.application import Application
from holdfast.app.runs.commands import run_apply, run_exec, run_plan, run_undo
from holdfast.app.runs.containers import start_containers
from holdfast.app.runs.languages import LANGUAGES, set_up
from holdfast.declare import seconds_of
from holdfast.drivers.builtin import (
    Archives,
    Checkout,
    check_out,
    chosen,
    fetch_missing,
    shared_folder,
)
from holdfast.problems import HoldfastError, Problem, did_you_mean

_TRUE = ("true", "True", "1", "yes")
_PAUSE = 2
_NOT_IN_A_NAME = frozenset('":<>|*?\r\n\\/')
_PROMETHEUS = "http://127.0.0.1:9090"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as its process sees it: inputs and the variables of the run."""

    app: Application
    inputs: Mapping[str, str]
    env: Mapping[str, str]
    say: Callable[[str], None]

    def get(self, name: str, default: str = "") -> str:
        """One input."""
        return self.inputs.get(name.replace(" ", "_").upper(), "") or default

    def lines(self, name: str) -> list[str]:
        """One input with a value on each of its lines."""
        return [line.strip() for line in self.get(name).splitlines() if line.strip()]

    def on(self, name: str, *, default: bool = False) -> bool:
        """One input that is true or false."""
        found = self.get(name)
        return default if not found else found in _TRUE

    def output(self, **values: str) -> None:
        """Give outputs to the run."""
        with Path(self.env["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
            file.writelines(
                f"{name.replace('_', '-')}={v}\n" for name, v in values.items()
            )

    def remember(self, **values: str) -> None:
        """Keep values for the action's own ``post``."""
        with Path(self.env["GITHUB_STATE"]).open("a", encoding="utf-8") as file:
            file.writelines(f"{n}<<HF-END\n{v}\nHF-END\n" for n, v in values.items())

    def kept(self, name: str) -> str:
        """What the action kept for this ``post``."""
        return self.env.get(f"STATE_{name}", "")

    @property
    def workspace(self) -> Path:
        """Where the job works."""
        return Path(self.env["GITHUB_WORKSPACE"])

    @property
    def run(self) -> str:
        """The run's id."""
        return self.env["HOLDFAST_RUN"]


Action: TypeAlias = Callable[[Step], int]


def perform(name: str, step: Step) -> int:
    """Carry one out; its exit status. Raises ``HoldfastError``."""
    action = ACTIONS.get(name)
    if action is None:
        raise HoldfastError(
            Problem(
                code="app.no-such-action",
                summary=f"There is no built-in action {name}",
                next_step=did_you_mean(name, ACTIONS),
            )
        )
    return action(step)


def _plan(step: Step) -> int:
    """What ``holdfast/apply`` would change now; the output ``plan`` is for the gate."""
    found = run_plan(step.app, step.get("selectors"), step.say)
    step.output(plan=step.app.secrets.redact(json.dumps(found)))
    return 0


def _checkout(step: Step) -> int:
    named = step.get("repository")
    ref = step.get("ref") or ("" if named else step.env.get("GITHUB_SHA", ""))
    if not named:
        fetch_missing(step.app.root, ref)
    token = step.get("token")
    server = step.env.get("GITHUB_SERVER_URL", "https://github.com")
    basic = b64encode(f"x-access-token:{token}".encode()).decode()
    commit = check_out(
        Checkout(
            url=f"{server}/{named}" if named else str(step.app.root),
            into=step.workspace / step.get("path"),
            ref=ref,
            depth=int(step.get("fetch-depth", "1")),
            tags=step.on("fetch-tags"),
            submodules=step.get("submodules"),
            clean=step.on("clean", default=True),
            sparse=tuple(step.get("sparse-checkout").split()),
            header=f"AUTHORIZATION: basic {basic}" if token else "",
        )
    )
    step.say(f"Checked out {commit}")
    step.output(commit=commit, ref=step.get("ref") or step.env.get("GITHUB_REF", ""))
    return 0


def _upload(step: Step) -> int:
    name, wanted = step.get("name", "artifact"), step.lines("path")
    archives = Archives(step.app.state / "artifacts")
    key = f"{step.run}/{name}"
    if odd := _NOT_IN_A_NAME.intersection(name):
        step.say(f"::error::the name `{name}` cannot have {' '.join(sorted(odd))}")
        return 1
    if archives.has(key) and not step.on("overwrite"):
        step.say(f"::error::{step.run} has an artifact `{name}` already")
        return 1
    hidden = step.on("include-hidden-files")
    files = chosen(wanted, step.workspace, hidden=hidden)
    if not files:
        said = f"nothing is at {', '.join(wanted)}"
        missing = step.get("if-no-files-found", "warn")
        step.say(f"::{'error' if missing == 'error' else 'warning'}::{said}")
        return 1 if missing == "error" else 0
    digest = archives.keep(key, files, shared_folder(wanted, step.workspace))
    step.say(f"Kept {len(files)} files as `{name}`")
    step.output(artifact_id=key, artifact_digest=digest)
    return 0


def _download(step: Step) -> int:
    archives = Archives(step.app.state / "artifacts")
    into = step.workspace / step.get("path")
    name, prefix = step.get("name"), f"{step.run}/"
    fitting, every = step.get("pattern", "*"), archives.names(prefix)
    fit = [n for n in every if fnmatchcase(n.removeprefix(prefix), fitting)]
    names = [f"{prefix}{name}"] if name else fit
    for one in names:
        apart = not name and not step.on("merge-multiple")
        folder = into / one.removeprefix(prefix) if apart else into
        step.say(
            f"{archives.restore(one, folder)} files of `{one.removeprefix(prefix)}`"
        )
    step.output(download_path=str(into))
    return 0


def _cache(step: Step) -> int:
    archives, key = Archives(step.app.state / "caches"), step.get("key")
    keys = [key, *step.lines("restore-keys")]
    hit = key if archives.has(key) else ""
    hit = hit or next((n for k in keys if (n := archives.newest(k))), "")
    if hit and not step.on("lookup-only"):
        step.say(f"{archives.restore(hit, Path('/'))} files of the cache `{hit}`")
    elif not hit:
        step.say(f"No cache for `{key}`")
        if step.on("fail-on-cache-miss"):
            step.say(f"::error::there is no cache `{key}`")
            return 1
    step.remember(key=key, path=step.get("path"), hit=hit)
    exact = "true" if hit == key else "false"
    exact = exact if hit else ""
    step.output(cache_hit=exact, cache_primary_key=key, cache_matched_key=hit)
    return 0


def _cache_save(step: Step) -> int:
    return _save(step, step.get("key"), step.get("path"))


def _cache_post(step: Step) -> int:
    """What the job made of a cache that was not there is kept for the next one."""
    return _save(step, step.kept("key"), step.kept("path"))


def _save(step: Step, key: str, path: str) -> int:
    archives = Archives(step.app.state / "caches")
    if archives.has(key):
        step.say(f"The cache `{key}` is kept already")
        return 0
    patterns = [one.strip() for one in path.splitlines() if one.strip()]
    files = chosen(patterns, step.workspace)
    if not files:
        step.say(f"::warning::nothing is at {', '.join(patterns)}: no cache is kept")
        return 0
    archives.keep(key, files, Path("/"))
    step.say(f"Kept {len(files)} files as the cache `{key}`")
    return 0


def _http(step: Step) -> int:
    """One request; outputs ``status`` and ``body``."""
    url, method = step.get("url"), step.get("method", "GET")
    headers = dict(
        line.split(":", 1) for line in step.get("headers").splitlines() if ":" in line
    )
    wanted = step.get("status")
    try:
        response = httpx.request(
            method,
            url,
            headers={name.strip(): value.strip() for name, value in headers.items()},
            content=step.get("body") or None,
            timeout=float(step.get("timeout", "30")),
            follow_redirects=True,
        )
    except httpx.HTTPError as error:
        step.say(f"::error::{method} {url}: {error}")
        return 1
    step.say(f"{method} {url}: {response.status_code}")
    step.output(
        status=str(response.status_code), body=response.text.replace("\n", " ")[:4096]
    )
    right = str(response.status_code) == wanted if wanted else response.is_success
    return 0 if right else 1


def _verify(step: Step) -> int:
    """
    Wait until something holds: a URL that answers, or a query that finds something.

    A query is PromQL, asked at ``prometheus``; it holds when its answer is not empty.
    """
    left, clock = seconds_of(step.get("within", "1m")), step.app.engine.clock
    while True:
        seen, holds = _looked(step)
        if holds:
            step.say(f"It holds: {seen}")
            return 0
        if left <= 0:
            step.say(f"::error::it does not hold: {seen}")
            return 1
        clock.sleep(min(_PAUSE, left))
        left -= _PAUSE


def _looked(step: Step) -> tuple[str, bool]:
    query, url = step.get("query"), step.get("url")
    if query:
        base = step.get("prometheus") or step.env.get("PROMETHEUS_URL", _PROMETHEUS)
        url = f"{base.rstrip('/')}/api/v1/query?{urlencode({'query': query})}"
    try:
        response = httpx.get(url, timeout=10, follow_redirects=True)
    except httpx.HTTPError as error:
        return f"{url}: {error}", False
    if not query:
        wanted = int(step.get("status", "200"))
        return f"{url}: {response.status_code}", response.status_code == wanted
    if not response.is_success:
        return f"{query}: {response.status_code} {response.text[:200]}", False
    found = response.json().get("data", {}).get("result", [])
    return f"{query}: {len(found)} results", bool(found)


def _which(language: str) -> Action:
    def carry_out(step: Step) -> int:
        return set_up(language, step.get, step.env, step.say, step.output)

    return carry_out


ACTIONS: Mapping[str, Action] = {
    "checkout": _checkout,
    "cache": _cache,
    "containers": lambda step: start_containers(
        step.app, step.env, step.say, step.output
    ),
    "cache-post": _cache_post,
    "cache-save": _cache_save,
    "upload-artifact": _upload,
    "download-artifact": _download,
    "http": _http,
    "verify": _verify,
    "apply": lambda step: run_apply(
        step.app, step.get("selectors"), step.run, step.say
    ),
    "undo": lambda step: run_undo(step.app, step.get("run"), step.run, step.say),
    "plan": _plan,
    "exec": lambda step: run_exec(step.app, step.inputs, step.env, step.say),
    **{f"setup-{language}": _which(language) for language in LANGUAGES},
}

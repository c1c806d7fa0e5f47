"""GitHub as far as it can be had here: an emulator that keeps state and signs webhooks."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from stories.waiting import free_port, until

_HERE = Path(__file__).parent / "github"
_PROGRAMS = Path(__file__).parents[2] / ".venv/github"
_SEED = {
    "tokens": {"tok_admin": {"login": "admin", "scopes": ["repo", "admin:repo_hook"]}},
    "github": {
        "users": [{"login": "admin", "name": "Admin"}],
        "repos": [{"owner": "admin", "name": "app", "private": False}],
    },
}
TOKEN = "tok_admin"  # noqa: S105 - of the emulator


def is_there() -> bool:
    """Whether the emulator can be run here."""
    return shutil.which("npm") is not None


@dataclass(frozen=True)
class GitHub:
    """The emulator's API, as its owner."""

    url: str

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """One request for the repository; what is answered."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self.url}/repos/admin/app{path}"
        response = httpx.request(method, url, json=body or None, headers=headers)
        assert response.is_success, f"{method} {path}: {response.text}"
        return response.json() if response.content else None


@contextmanager
def emulated(folder: Path) -> Iterator[GitHub]:
    """A GitHub with one empty repository."""
    _installed()
    port = free_port()
    (folder / "seed.yaml").write_text(json.dumps(_SEED), encoding="utf-8")
    command = ["node", str(_PROGRAMS / "node_modules/.bin/emulate")]
    command += ["--service", "github", "--port", str(port), "--seed", "seed.yaml"]
    with (folder / "github.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until("GitHub", lambda: _answers(url))
        yield GitHub(url)
    finally:
        process.terminate()
        process.wait()


def _installed() -> None:
    """The emulator in its locked version, kept beside the environment of the tests."""
    if (_PROGRAMS / "node_modules/.bin/emulate").exists():
        return
    part = _PROGRAMS.with_name(f"github-{os.getpid()}")
    shutil.copytree(_HERE, part)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=part,
        check=True,
        capture_output=True,
    )
    part.rename(_PROGRAMS)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/repos/admin/app").is_success
    except httpx.HTTPError:
        return False

"""A real git server: repositories over HTTP, and a hook that tells of pushes."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from stories.waiting import listening

_HOOK = """#!{python}
import hashlib, hmac, json, sys, urllib.request
for line in sys.stdin:
    before, after, ref = line.split()
    told = {{"ref": ref, "before": before, "after": after, "pusher": {{"name": "dev"}},
            "repository": {{"full_name": "team/shop"}}, "sender": {{"login": "dev"}}}}
    body = json.dumps(told).encode()
    sign = hmac.new({secret!r}, body, hashlib.sha256).hexdigest()
    headers = {{"X-Hub-Signature-256": "sha256=" + sign, "X-GitHub-Event": "push",
               "X-GitHub-Delivery": after + ref, "Content-Type": "application/json"}}
    asked = urllib.request.Request({url!r}, body, headers)
    print("Holdfast:", urllib.request.urlopen(asked).read().decode().strip())
"""


def git(folder: Path, *words: str) -> str:
    """One git command of a developer; what it prints on both streams."""
    done = subprocess.run(
        ["git", "-c", "user.name=dev", "-c", "user.email=dev@shop.example", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def tell_of_pushes(repository: Path, url: str, secret: str) -> None:
    """Let a repository tell a server of what is pushed to it."""
    hook = repository / ".git/hooks/post-receive"
    text = _HOOK.format(python=sys.executable, secret=secret.encode(), url=url)
    hook.write_text(text, encoding="utf-8")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)


@contextmanager
def git_over_http(folder: Path) -> Iterator[str]:
    """Every repository in a folder, to clone and to push, by git's own program."""

    class Backend(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None: ...

        def _answer(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            env = {
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "CONTENT_LENGTH": str(length),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                "REMOTE_USER": "dev",
            }
            done = subprocess.run(
                ["git", "http-backend"],
                input=self.rfile.read(length),
                capture_output=True,
                check=False,
                env={**os.environ, **env},
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            lines = dict(
                line.split(": ", 1) for line in head.decode().splitlines() if line
            )
            self.send_response(int(lines.pop("Status", "200").split()[0]))
            for name, value in lines.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with listening(Backend) as port:
        yield f"http://127.0.0.1:{port}"

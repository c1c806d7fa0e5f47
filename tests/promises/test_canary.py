"""
Promise 6, through the front door: planted secrets turn up nowhere.

Every command of the ordinary road is typed in a project whose templates, contents and
commands use secrets and print them in every way they can; then all that was shown, all
that was stored and every argument of every process is searched for any form of them.
"""

import json
import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from holdfast.drivers.redaction.forms import forms

pytestmark = pytest.mark.slow
SOURCE = Path(__file__).parents[2] / "src"
CANARIES = {
    "plain": "canary-7Fq2!x'Zt\"9",
    "key": "-- BEGIN --\nQ2FuYXJ5S2V5MTIzNDU2Nzg5MA\nR4nd0mL1ne0fTheKey/+==\n-- END --",
    "outside": "canary from the environment",
}
HEARING = """\
import os, sys
def hear(event, args):
    if event == "subprocess.Popen":
        with open(os.environ["HEARD"], "a") as file:
            print(repr(args[1]), file=file)
sys.addaudithook(hear)
"""
FILES = {
    "holdfast.yaml": """\
        project: p
        owner: t
        environments: {e: {}}
        secrets: {backends: [env, store], names: {outside: "env:OUTSIDE"}}
        """,
    "hosts/h.yaml": """\
        hosts: {h1: {}}
        connect: {driver: local, root: machines}
        """,
    "templates/t.j2": "plain={{ secrets.plain }}\n{{ secrets.key }}\n",
    "config/c.yaml": """\
        name: c
        hosts: all
        resources:
          - {file: /etc/t.conf, template: templates/t.j2, mode: "0600"}
          - {file: /etc/c.conf, content: "a=${{ secrets.outside }}\\n"}
          - command: &loud |
              cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>"$HOLDFAST_ROOT/../argv"
              set -x
              printf '%s\\n' "$PLAIN" "$KEY" "it is $PLAIN!"
              printf %s "$PLAIN" | base64
              printf 'user:%s' "$KEY" | base64 -w0
              printf %s "$PLAIN" | od -An -tx1 | tr -d ' \\n'
              printf '%s' "$KEY" >&2
              test ! -e "$HOLDFAST_ROOT/fail" && touch "$HOLDFAST_ROOT/done"
            name: loud
            check: 'echo looking; test -e "$HOLDFAST_ROOT/done"'
            undo: cat "$HOLDFAST_ROOT/etc/t.conf" "$HOLDFAST_ROOT/etc/c.conf"
            env: {PLAIN: "${{ secrets.plain }}", KEY: "${{ secrets.key }}"}
        """,
}


@dataclass
class Place:
    """A project, and everything that was said in it."""

    root: Path
    given: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, bytes]] = field(default_factory=list)

    def type(self, *words: str, status: int | None = 0, stdin: bytes = b"") -> bytes:
        """Run one command; what it printed on both streams."""
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_")},
            "PYTHONPATH": f"{self.root.parent / 'hearing'}:{SOURCE}",
            "HEARD": str(self.root.parent / "heard"),
            "OUTSIDE": CANARIES["outside"],
            "HOLDFAST_ACTOR": "ann",
            **self.given,
        }
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", *words],
            cwd=self.root,
            env=env,
            input=stdin,
            capture_output=True,
            check=False,
        )
        said = done.stdout + b"\n" + done.stderr
        self.said.append((" ".join(words), said))
        assert status is None or done.returncode == status, said.decode()
        return said

    def rewrite(self, name: str, old: str, new: str) -> None:
        """Change what is declared."""
        path = self.root / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Everything anybody could read afterwards, but for the hosts themselves."""
        yield "said", b"\n".join(said for _, said in self.said)
        yield "arguments", (self.root.parent / "heard").read_bytes()
        yield "processes", (self.root / "argv").read_bytes()
        for path in self.root.rglob("*"):
            if path.is_file() and not path.is_relative_to(self.root / "machines"):
                yield str(path), path.read_bytes()
        yield from self._opened()

    def _opened(self) -> Iterator[tuple[str, bytes]]:
        """What the database holds compressed and not sealed."""
        connection = sqlite3.connect(self.root / ".holdfast/holdfast.db")
        for query in (
            "SELECT digest, body FROM contents WHERE NOT sealed",
            "SELECT digest, body FROM printed",
        ):
            for name, body in connection.execute(query):
                yield name, zlib.decompress(body)
        connection.close()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "hearing").mkdir()
    (tmp_path / "hearing/sitecustomize.py").write_text(HEARING)
    made = Place(tmp_path / "project")
    made.root.mkdir()
    for heard in (tmp_path / "heard", made.root / "argv"):
        heard.touch()
    for name, text in FILES.items():
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return made


def _found(place: Place) -> list[tuple[str, str]]:
    known = {form for value in CANARIES.values() for form in forms(value)}
    return sorted(
        (where, form.decode())
        for where, content in dict(place.places()).items()
        for form in known
        if form in content
    )


def test_6_planted_secrets_turn_up_nowhere(place: Place) -> None:
    for name in ("plain", "key"):
        place.type("secret", "set", name, stdin=CANARIES[name].encode())
    for line in ("plan", "plan --json", "plan --commands", "check"):
        place.type(*line.split())
    place.type("plan", "-o", "saved.json")
    (place.root / "machines/etc").mkdir(parents=True, exist_ok=True)
    (place.root / "machines/fail").touch()
    place.type("apply", "--yes", status=1)
    place.type("--debug", "apply", "--yes", "--json", status=1)
    (place.root / "machines/fail").unlink()
    place.type("apply", "--yes", "--why", "mended", status=None)
    conf = place.root / "machines/etc/t.conf"
    assert CANARIES["key"] in conf.read_text(), "it reached the host"
    conf.write_text(conf.read_text().replace("plain=", "plain ="))
    for line in ("drift", "drift --json", "plan --all --json"):
        place.type(*line.split(), status=None)
    place.type("history")
    place.type("history", "--json", "*/command:loud")
    for subject in ("r1", "h1/command:loud", "h1/file:/etc/t.conf"):
        place.type("why", subject)
        place.type("why", subject, "--json")
    for run in ("r1", "r2", "r3"):
        place.type("evidence", run)
    said = place.type("undo", "r3", "--yes", status=None)
    assert b"Run r4" in said
    for line in ("list", "list --json", "exposure plain", "exposure key --json"):
        place.type("secret", *line.split())
    place.type("secret", "rotate", "plain", "--generate", "24", "--grace", "1h")
    place.type("secret", "rekey")
    place.type("ledger", "verify")
    place.type("doctor", status=None)
    assert _found(place) == []
    assert (place.root.parent / "heard").read_text().count("'sh'") > 2
    assert "holdfast" in (place.root / "argv").read_text()
    told = b"".join(content for _, content in place.places())
    assert b"***" in told, "something was hidden, so something was there to hide"
    assert CANARIES["plain"].encode() in place.type("secret", "get", "store:plain@1")


MISTAKES = {
    "a template that asks a secret for more": ("template", "{{ {}[secrets.plain] }}"),
    "a template named by a secret": ("template", "{% include secrets.plain %}"),
    "a filter that fails": ("template", "{{ secrets.plain | from_nowhere }}"),
    "a sum of a secret": ("template", "{{ secrets.plain + 1 }}"),
    "an expression that reads one": ("content", "${{ fromJSON(secrets.plain).a }}"),
    "a function that does not take it": ("content", "${{ format(secrets.plain, 1) }}"),
    "a secret inside of a path": ("cwd", "/srv/${{ secrets.plain }}"),
    "a wrong type": ("mode", "${{ secrets.plain }}"),
}


@pytest.mark.parametrize("how", MISTAKES)
def test_6_an_error_about_a_secret_does_not_quote_it(how: str, place: Place) -> None:
    place.given = {f"HOLDFAST_SECRET_{n.upper()}": v for n, v in CANARIES.items()}
    key, text = MISTAKES[how]
    name = "templates/t.j2" if key == "template" else "config/c.yaml"
    if key == "template":
        (place.root / name).write_text(text)
    elif key == "content":
        place.rewrite(name, '"a=${{ secrets.outside }}\\n"', f'"{text}"')
    elif key == "mode":
        place.rewrite(name, 'mode: "0600"', f'mode: "{text}"')
    else:
        place.rewrite(name, "check: 'echo", f'cwd: "{text}"\n    check: \'echo')
    place.type("plan", status=None)
    place.type("--debug", "apply", "--yes", status=None)
    assert _found(place) == []


def test_6_the_search_itself_finds_what_is_there(place: Place) -> None:
    place.type("plan", status=None)
    assert _found(place) == []
    (place.root / "notes").write_text(json.dumps(CANARIES["plain"]))
    assert {Path(where).name for where, _ in _found(place)} == {"notes"}

"""
The one workload: R resources a host, the same for floors and tools.

For 100: 15 directories, 20 files, 10 templates, 15 modes, 15 lines, 10 links,
5 packages, 4 users, 4 groups and 2 commands.
"""

import shutil
from pathlib import Path
from typing import Any

from paths import HOSTS

PACKAGES = [
    "coreutils",
    "git",
    "bash",
    "tar",
    "openssh-server",
    "gzip",
    "sed",
    "grep",
    "findutils",
    "diffutils",
    "util-linux",
    "login",
    "passwd",
    "dpkg",
    "apt",
]
USERS = [
    "daemon",
    "bin",
    "sys",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
]
GROUPS = [
    "adm",
    "tty",
    "disk",
    "mail",
    "kmem",
    "dialout",
    "fax",
    "voice",
    "cdrom",
    "floppy",
    "tape",
    "audio",
]
MIX = {
    "dir": 15,
    "copy": 20,
    "template": 10,
    "mode": 15,
    "line": 15,
    "link": 10,
    "pkg": 5,
    "user": 4,
    "group": 4,
    "cmd": 2,
}
TEMPLATE = (
    "# managed, host {{ hid }}\n{% for n in range(20) %}\n"
    "upstream_{{ n }} = {{ hid }}.internal:{{ 9000 + n + IDX }}\n{% endfor %}\n"
)


def body(i: int) -> str:
    """The text of copied file ``i``."""
    return "".join(
        f"[section{j}]\nname = service-{i}\n"
        f"listen = 0.0.0.0:{8000 + i}\nworkers = {j}\n"
        for j in range(20)
    )


def render(hid: str, i: int) -> str:
    """The text of template ``i`` on host ``hid``, blocks trimmed."""
    lines = (f"upstream_{n} = {hid}.internal:{9000 + n + i}\n" for n in range(20))
    return f"# managed, host {hid}\n" + "".join(lines)


def resources(count: int) -> list[dict[str, Any]]:
    """``count`` resources, a multiple of 100; paths are relative to the host's root."""
    made = {
        "dir": lambda i: {"path": f"srv/d{i}", "mode": 0o755},
        "copy": lambda i: {"path": f"conf/c{i}.conf", "i": i, "mode": 0o644},
        "template": lambda i: {"path": f"conf/t{i}.conf", "i": i, "mode": 0o644},
        "mode": lambda i: {"path": f"seed/m{i}", "mode": 0o640},
        "line": lambda i: {
            "path": f"seed/l{i // 5}.conf",
            "key": f"option_{i}",
            "value": f"tuned-{i}",
        },
        "link": lambda i: {"path": f"links/s{i}", "target": f"seed/m{i % 3}"},
        "pkg": lambda i: {"name": PACKAGES[i % len(PACKAGES)]},
        "user": lambda i: {"name": USERS[i % len(USERS)]},
        "group": lambda i: {"name": GROUPS[i % len(GROUPS)]},
        "cmd": lambda i: {"creates": f"seed/done{i}"},
    }
    times = count // 100
    return [
        {"k": kind, **made[kind](i)}
        for kind, n in MIX.items()
        for i in range(n * times)
    ]


def reset(n: int) -> None:
    """Bring every host's root back to its unconverged state."""
    for k in range(1, n + 1):
        root = HOSTS / f"h{k}"
        shutil.rmtree(root, ignore_errors=True)
        for folder in ("seed", "conf", "links", "srv"):
            (root / folder).mkdir(parents=True)
        for i in range(45):
            (root / f"seed/m{i}").write_text("x\n")
            (root / f"seed/m{i}").chmod(0o600)
        for f in range(9):
            options = (f"#option_{i} = default\n" for i in range(f * 5, f * 5 + 5))
            text = "# defaults\n" + "".join(options) + "tail = 1\n"
            (root / f"seed/l{f}.conf").write_text(text)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _right(root: Path, hid: str, r: dict[str, Any]) -> bool:  # noqa: PLR0911 - a kind each
    path = root / r.get("path", r.get("creates", ""))
    match r["k"]:
        case "dir":
            return path.is_dir() and _mode(path) == r["mode"]
        case "copy":
            same = path.is_file() and path.read_text() == body(r["i"])
            return same and _mode(path) == r["mode"]
        case "template":  # tools differ in the blank lines they leave
            seen = [line for line in path.read_text().split("\n") if line]
            return seen == render(hid, r["i"]).split("\n")[:-1]
        case "mode":
            return _mode(path) == r["mode"]
        case "line":
            text = path.read_text()
            want = f"{r['key']} = {r['value']}\n"
            return (
                want in text.splitlines(keepends=True) and f"#{r['key']} =" not in text
            )
        case "link":
            return path.is_symlink() and str(path.readlink()) == str(root / r["target"])
        case "cmd":
            return path.exists()
    return True


def verify(n: int, count: int) -> list[str]:
    """What is not as declared, seen from outside with no tool involved."""
    bad = []
    for k in range(1, n + 1):
        for r in resources(count):
            try:
                right = _right(HOSTS / f"h{k}", f"h{k}", r)
            except OSError:
                right = False
            if not right:
                bad.append(f"h{k} {r}")
    return bad

"""Run something for real over a throw-away copy of a host, and list what it touched."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from holdfast.ports import Result
from holdfast.problems import HoldfastError, Problem

_TOUCHED = re.compile(rb"^@touched (made|changed|deleted) (\d+) (.*)$", re.MULTILINE)
_ENDED = re.compile(rb"^@rehearsed (\d+)$", re.MULTILINE)
_CANNOT = re.compile(rb"^@cannot (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Touched:
    """One path that was ``made``, ``changed`` or ``deleted``; ``size`` in bytes."""

    what: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How it ended, what it printed, what it touched."""

    status: int
    output: str
    touched: tuple[Touched, ...]


def rehearsal_script(commands: Sequence[str], *, net: bool) -> bytes:
    """
    The sh that runs ``commands`` over an overlay of ``/`` and reports.

    Needs root, ``unshare`` and overlayfs on the target. Holds back: files, processes,
    mounts, host name, and with ``net`` false the network. Does not hold back: services
    of a running systemd, kernel settings, devices, and what goes over the network.
    """
    payload = "\n".join(f"(\nset -e\n{command}\n) || exit $?" for command in commands)
    coded = "\n".join(wrap(b64encode(payload.encode()).decode(), 76))
    return _SCRIPT.format(payload=coded, net="" if net else "-n").encode()


def read_rehearsal(host: str, result: Result) -> Rehearsal:
    """What the script told; raises ``HoldfastError`` when it could not be rehearsed."""
    cannot = _CANNOT.search(result.stdout)
    ended = _ENDED.search(result.stdout)
    if cannot or not ended:
        told = cannot[1] if cannot else result.stderr[-300:] or b"it gave no answer"
        raise HoldfastError(_impossible(host, told.decode(errors="replace").strip()))
    touched = [
        Touched(what.decode(), int(size), path.decode(errors="surrogateescape"))
        for what, size, path in _TOUCHED.findall(result.stdout[ended.end() :])
    ]
    return Rehearsal(
        status=int(ended[1]),
        output=result.stdout[: ended.start()].decode(errors="replace").strip("\n"),
        touched=tuple(sorted(touched, key=lambda one: one.path)),
    )


_SCRIPT = r"""
cannot() {{ echo "@cannot $1"; rm -rf "$W"; exit 0; }}
W=; [ "$(id -u)" = 0 ] || cannot 'it needs root there; use become: root'
command -v unshare >/dev/null 2>&1 || cannot 'there is no unshare on it'
W=$(mktemp -d /dev/shm/holdfast.XXXXXX 2>/dev/null || mktemp -d) || cannot 'no room'
mkdir "$W/up" "$W/work" "$W/root" "$W/up-r" "$W/work-r"
base64 -d >"$W/payload" <<'HOLDFAST'
{payload}
HOLDFAST
cat >"$W/inside" <<'HOLDFAST'
W=$1; layers() {{
  mount -t overlay holdfast -o "lowerdir=$1,upperdir=$W/up$3,workdir=$W/work$3" "$2"
}}
layers / "$W/root" "" || exit 125
if [ -n "$R" ]; then layers "$R" "$W/root$R" -r || exit 125; fi
for d in sys dev; do mount --rbind "/$d" "$W/root/$d" || exit 125; done
mount -t proc proc "$W/root/proc" && mount -t tmpfs tmpfs "$W/root/run" || exit 125
mkdir -p "$W/root/run/lock" && cp "$W/payload" "$W/root/run/holdfast-payload" || exit 125
touch "$W/began"
exec chroot "$W/root" /bin/sh /run/holdfast-payload
HOLDFAST
unshare -m -p -i -u -f {net} --propagation private sh "$W/inside" "$W" </dev/null 2>&1
status=$?
[ -e "$W/began" ] || cannot 'no overlay can be mounted on it'
printf '\n@rehearsed %s\n' "$status"
list() {{
  (cd "$1" && find . -mindepth 1) | while IFS= read -r p; do
    p=${{p#.}}; from=$2$p
    if [ -c "$1$p" ]; then echo "@touched deleted 0 $p"
    elif [ -d "$1$p" ] && [ ! -L "$1$p" ]; then
      [ -d "$from" ] || echo "@touched made 0 $p/"
    else
      size=$(stat -c %s "$1$p"); what=changed
      [ -e "$from" ] || [ -L "$from" ] || what=made
      echo "@touched $what $size $p"
    fi
  done
}}
list "$W/up" ""; [ -z "$R" ] || list "$W/up-r" "$R"
rm -rf "$W"
"""


def _impossible(host: str, why: str) -> Problem:
    return Problem(
        code="apply.no-rehearsal",
        summary=f"Nothing can be rehearsed on {host}",
        detail=f"{why}. Nothing was changed.",
        next_step="Rehearse on a host you reach as root, or look at: holdfast plan",
    )

"""The sh that writes a file so that nobody ever sees half of it."""

from base64 import b64encode

from holdfast.kinds.shell import path, quote
from holdfast.ports import BESIDE, PUT_IN_PLACE, NewFile

_PRINTABLE = 2048
_LINE = 4096
_SHARES = 65536
"""Bytes: a larger file is put in place by itself, and tells so."""
_DELETE = 127
_ALL_READ_WRITE = 0o666
_ALL_READ = 0o004
_SPECIAL = 0o7000


def write_file(
    target: str,
    content: bytes,
    *,
    mode: str | None = None,
    owner: str | None = None,
    group: str | None = None,
    validate: str | None = None,
) -> str:
    """
    Replace ``target`` by ``content``: beside it, checked, synced, then renamed.

    Mode, owner and group that are not given are those of the file that is replaced, else
    0644 and the writer's. ``validate`` is sh with ``%s`` for the new file and must end
    with 0. SELinux labels and ACLs of a replaced file are kept where the tools exist. The
    fragment ends non-zero and leaves the old file when anything goes wrong.

    The new file is made with O_EXCL (``set -C``) under a name of its own and with its
    mode from the start; every program that can be done without is not started.
    """
    first, last = _modes(mode)
    lines = [
        f"f={path(target)}",
        f"d=${{f%/*}}; n={BESIDE}",
        f'umask {_umask(mode)}; rm_n() {{ rm -f "$n"; }}; trap rm_n EXIT',
        'set -C; : >"$n"; set +C; umask 022',
        *([f'chmod {first} "$n"'] if first else []),
        _filled(content),
        *_owned(owner, group),
        *([] if mode else [_MODE_BEFORE]),
        _LABEL,
        _access_list(mode),
    ]
    if not validate and len(content) <= _SHARES:
        return NewFile(path(target), "\n".join(lines), last)
    lines += [f'chmod {last} "$n"'] if last else []
    lines += [validate.replace("%s", '"$n"')] if validate else []
    return "\n".join([*lines, PUT_IN_PLACE])


def _modes(mode: str | None) -> tuple[str, str]:
    """
    The mode before there is any content, and the one when all is there.

    A file is made with its mode, but in a folder with a default access list that one
    rules. What not everybody may read is closed before it is filled, and a change of
    owner takes some bits away.
    """
    bits = int(mode, 8) if mode else 0
    return (
        "" if not mode or bits & _ALL_READ else mode,
        mode if mode and (bits & _ALL_READ or bits & _SPECIAL) else "",
    )


def _umask(mode: str | None) -> str:
    """With which a new file has its mode at once, or less than it."""
    wanted = int(mode, 8) if mode else 0o600
    return f"{_ALL_READ_WRITE & ~wanted:04o}"


def _filled(content: bytes) -> str:
    """Small text is readable in the script; anything else travels as base64."""
    if len(content) <= _PRINTABLE and _plain(content):
        return f'printf %s {quote(content.decode())} >"$n"'
    coded = b64encode(content).decode()
    lines = "\n".join(coded[n : n + _LINE] for n in range(0, len(coded), _LINE))
    return f"base64 -d >\"$n\" <<'HOLDFAST'\n{lines}\nHOLDFAST"


def _plain(content: bytes) -> bool:
    ascii_only = (byte in b"\t\n" or b" "[0] <= byte < _DELETE for byte in content)
    return all(ascii_only)


def _owned(owner: str | None, group: str | None) -> list[str]:
    """What is not given is taken from the old file."""
    lines = [] if owner and group else [_OWNER_BEFORE]
    if owner or group:
        lines.append(owned_by(owner, group, '"$n"'))
    return lines


def owned_by(owner: str | None, group: str | None, spot: str) -> str:
    """Sh that gives ``spot`` an owner; nothing is started when it is the writer's own."""
    whom = f"{owner or ''}{':' + group if group else ''}"
    change = f"chown -h -- {quote(whom)} {spot}"
    return f'[ "$ME" = {quote(whom)} ] || {change}' if owner and group else change


_OWNER_BEFORE = """\
if [ -e "$f" ]; then
  was=$(stat -c %u:%g "$f")
  chown "$was" "$n" 2>/dev/null || [ "$was" = "$(stat -c %u:%g "$n")" ]
fi"""

_MODE_BEFORE = """\
if [ -e "$f" ]; then chmod "$(stat -c %a "$f")" "$n"
else chmod 0644 "$n"; fi"""

_LABEL = (
    '[ ! -e /sys/fs/selinux/enforce ] || [ ! -e "$f" ] || '
    'chcon --reference="$f" "$n" 2>/dev/null || :'
)


def _access_list(mode: str | None) -> str:
    """An access list beyond owner, group and others is kept; the mode has the last word."""
    wanted = mode or '"$(stat -c %a "$f")"'
    return (
        'if [ -e "$f" ] && command -v setfacl >/dev/null 2>&1 && '
        'acl=$(getfacl -cps "$f") && [ -n "$acl" ]; then\n'
        f'  printf \'%s\\n\' "$acl" | setfacl -M - "$n"; chmod {wanted} "$n"; fi'
    )

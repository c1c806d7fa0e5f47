"""The sh that writes a file so that nobody ever sees half of it."""

from base64 import b64encode
from textwrap import wrap

from holdfast.kinds.shell import path, quote

_PRINTABLE = 2048
_DELETE = 127


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
    """
    final = path(target)
    lines = [
        f"f={final}",
        'd=${f%/*}; n=$(umask 077; mktemp "$d/.holdfast-XXXXXX")',
        "trap 'rm -f \"$n\"' EXIT",
        _filled(content),
        *_owned(mode, owner, group),
    ]
    if validate:
        lines.append(validate.replace("%s", '"$n"'))
    lines += [_SYNC_FILE, 'mv -f "$n" "$f"', _SYNC_FOLDER, "trap - EXIT"]
    return "\n".join(lines)


_SYNC_FILE = 'sync "$n" 2>/dev/null || fsync "$n" 2>/dev/null || sync'
_SYNC_FOLDER = 'sync "$d" 2>/dev/null || fsync "$d" 2>/dev/null || true'


def _filled(content: bytes) -> str:
    """Small text is readable in the script; anything else travels as base64."""
    if len(content) <= _PRINTABLE and _plain(content):
        return f'printf %s {quote(content.decode())} >"$n"'
    lines = "\n".join(wrap(b64encode(content).decode(), 76))
    return f"base64 -d >\"$n\" <<'HOLDFAST'\n{lines}\nHOLDFAST"


def _plain(content: bytes) -> bool:
    return all(
        byte in b"\t\n" or (chr(byte).isprintable() and byte < _DELETE)
        for byte in content
    )


def _owned(mode: str | None, owner: str | None, group: str | None) -> list[str]:
    keep = (
        'if [ -e "$f" ]; then\n'
        '  chown "$(stat -c %u:%g "$f")" "$n" 2>/dev/null || '
        '[ "$(stat -c %u:%g "$f")" = "$(stat -c %u:%g "$n")" ]\n'
        '  chmod "$(stat -c %a "$f")" "$n"\n'
        '  chcon --reference="$f" "$n" 2>/dev/null || true\n'
        "  if command -v setfacl >/dev/null 2>&1; then "
        'getfacl -cp "$f" 2>/dev/null | setfacl -M - "$n" 2>/dev/null || true; fi\n'
        'else chmod 0644 "$n"; fi'
    )
    lines = [keep]
    if owner or group:
        whom = quote(f"{owner or ''}{':' + group if group else ''}")
        lines.append(f'chown {whom} "$n"')
    if mode:
        lines.append(f'chmod {mode} "$n"')
    return lines

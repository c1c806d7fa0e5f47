"""What sort of machine a host is."""

from holdfast.model import Attributes, Value

FACTS_SCRIPT = r"""
printf 'kernel=%s\n' "$(uname -s -r -m 2>/dev/null)"
printf 'hostname=%s\n' "$(cat /proc/sys/kernel/hostname 2>/dev/null || hostname)"
[ -r "$R/etc/os-release" ] && sed 's/^/os_release:/' "$R/etc/os-release"
printf 'cpus=%s\n' "$(grep -c '^processor' /proc/cpuinfo 2>/dev/null)"
sed -n 's/^MemTotal: *\([0-9]*\) kB/memory_kb=\1/p' /proc/meminfo 2>/dev/null
if [ -d /run/systemd/system ]; then printf 'init=systemd\n'
elif command -v rc-service >/dev/null 2>&1; then printf 'init=openrc\n'
else printf 'init=other\n'; fi
ip -o addr show scope global 2>/dev/null |
  sed -n 's/^[0-9]*: *\([^ ]*\) *inet6\{0,1\} \([^/ ]*\).*/address:\2/p'
"""
"""POSIX sh that prints one fact a line; understood by :func:`read_facts`."""


def read_facts(output: bytes) -> Attributes:
    """
    The facts of a host.

    Keys: ``os`` (``linux``), ``kernel``, ``architecture``, ``hostname``, ``distribution``
    (``debian``), ``like`` (families, as words), ``version``, ``cpus``, ``memory_mb``,
    ``init`` (``systemd``, ``openrc``, ``other``), ``addresses``, ``address`` (the first).
    """
    plain, release, addresses = _sorted_out(output.decode(errors="replace"))
    kernel = [*plain.get("kernel", "").split(), "", "", ""]
    like: Value = tuple(release.get("ID_LIKE", "").split())
    return {
        "os": kernel[0].lower(),
        "kernel": kernel[1],
        "architecture": kernel[2],
        "hostname": plain.get("hostname", ""),
        "distribution": release.get("ID", ""),
        "like": like,
        "version": release.get("VERSION_ID", ""),
        "cpus": _number(plain.get("cpus", "")),
        "memory_mb": _number(plain.get("memory_kb", "")) // 1024,
        "init": plain.get("init", "other"),
        "addresses": tuple(addresses),
        "address": addresses[0] if addresses else "",
    }


def _sorted_out(text: str) -> tuple[dict[str, str], dict[str, str], list[str]]:
    plain: dict[str, str] = {}
    release: dict[str, str] = {}
    addresses: list[str] = []
    for line in text.splitlines():
        if line.startswith("address:"):
            addresses.append(line.removeprefix("address:"))
        elif line.startswith("os_release:"):
            key, _, value = line.removeprefix("os_release:").partition("=")
            release[key] = value.strip("\"'")
        else:
            key, _, value = line.partition("=")
            plain[key] = value
    return plain, release, addresses


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0

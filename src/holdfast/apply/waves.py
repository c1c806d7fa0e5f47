"""Which hosts go together."""

from collections.abc import Iterator, Sequence


def waves(
    hosts: Sequence[str], serial: Sequence[int | str]
) -> Iterator[tuple[str, ...]]:
    """
    Cut hosts into waves; each size is a number or a share (``"10%"``) of all hosts.

    A share is rounded down, but a wave is never empty; the last size repeats until no
    host is left (as Ansible's ``serial`` does).
    """
    sizes = [_size(size, len(hosts)) for size in serial] or [len(hosts)]
    start = 0
    for number in range(len(hosts)):
        if start >= len(hosts):
            return
        size = sizes[min(number, len(sizes) - 1)]
        yield tuple(hosts[start : start + size])
        start += size


def _size(size: int | str, total: int) -> int:
    if isinstance(size, int):
        return max(1, size)
    return max(1, int(size.rstrip("%")) * total // 100)

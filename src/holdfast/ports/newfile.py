"""A piece of sh that puts a new file in place, taken apart so that many can share."""

from typing import Self

BESIDE = '"$d/.holdfast-$$$k"'
"""
Where a new file waits: in the folder ``$d`` of the file it is for.

``$$`` is the script, ``$k`` is empty or tells several in one folder apart.
"""

PUT_IN_PLACE = (
    'sync "$n" 2>/dev/null || fsync "$n" 2>/dev/null || sync\n'
    '[ ! -d "$f" ] || { echo "$f is a directory"; exit 1; }\n'
    'mv -f "$n" "$f"; trap - EXIT\n'
    'sync "$d" 2>/dev/null || fsync "$d" 2>/dev/null || :'
)
"""Sh that syncs ``$n``, renames it to ``$f``, and syncs the folder ``$d``."""


class NewFile(str):
    """
    All of the sh that replaces a file; ``prepared`` is the part that nobody sees yet.

    ``prepared`` leaves the whole new file beside ``target`` (a path quoted for sh), looks
    at nothing but the old file, and on failure leaves nothing. What puts it in place may
    be done for many at once: ``mode`` (octal, empty when nothing is left to do), a sync
    of all, a rename of each, a sync of their folders.
    """

    __slots__ = ("mode", "prepared", "target")

    prepared: str
    target: str
    mode: str

    def __new__(cls, target: str, prepared: str, mode: str = "") -> Self:
        """Sh for one file alone, that knows its parts."""
        change = f'chmod {mode} "$n"\n' if mode else ""
        made = super().__new__(cls, f"{prepared}\n{change}{PUT_IN_PLACE}")
        made.prepared, made.target = f"{prepared}\ntrap - EXIT", target
        made.mode = mode
        return made

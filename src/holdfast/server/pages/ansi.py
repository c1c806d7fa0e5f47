"""What a program printed, as HTML that can do no harm."""

import re
from html import escape

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_OTHER = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-ln-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COLOURS = {str(30 + n): f"c{n}" for n in range(8)} | {
    str(90 + n): f"c{n}" for n in range(8)
}
_STYLES = {"1": "b", "2": "d", "4": "u"}
_COMMAND = re.compile(r"::(error|warning|notice|group|endgroup|debug)(?: [^:]*)?::(.*)")


def html_of(text: str) -> str:
    """Lines with colours as spans; ``::group::`` opens a fold, ``::error::`` is marked."""
    made: list[str] = []
    folds = 0
    for line in text.split("\n"):
        found = _COMMAND.fullmatch(line.strip())
        if found and found[1] == "group":
            made.append(f"<details><summary>{_plain(found[2])}</summary>")
            folds += 1
        elif found and found[1] == "endgroup":
            made.append("</details>" if folds else "")
            folds = max(0, folds - 1)
        elif found:
            made.append(f'<span class="{found[1]}">{_plain(found[2])}</span>\n')
        else:
            made.append(f"{_coloured(line)}\n")
    return "".join(made).removesuffix("\n") + "</details>" * folds


def _coloured(line: str) -> str:
    made, opened, at = [], 0, 0
    for found in _SGR.finditer(line):
        made.append(_plain(line[at : found.start()]))
        at = found.end()
        for code in found[1].split(";"):
            name = _COLOURS.get(code) or _STYLES.get(code)
            if name:
                made.append(f'<span class="{name}">')
                opened += 1
            elif code in ("", "0", "39"):
                made.append("</span>" * opened)
                opened = 0
    made.append(_plain(line[at:]) + "</span>" * opened)
    return "".join(made)


def _plain(text: str) -> str:
    shown = text.rpartition("\r")[2] if "\r" in text.rstrip("\r") else text.rstrip("\r")
    return escape(_CONTROL.sub("", _OTHER.sub("", shown)))

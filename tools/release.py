"""Gather the fragments in changes/ into CHANGELOG.md under a new version."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("security", "removed", "changed", "added", "fixed")


def section(version: str, fragments: dict[str, list[str]]) -> str:
    """The text of one version; kinds in the order in which they matter to a reader."""
    parts = [f"## {version}"]
    for kind in KINDS:
        if kind in fragments:
            points = "\n".join(f"- {text}" for text in fragments[kind])
            parts.append(f"### {kind.capitalize()}\n\n{points}")
    return "\n\n".join(parts) + "\n"


def main(version: str) -> int:
    """Write the changelog and the version, and remove the fragments; 0 when done."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.stderr.write(f"`{version}` is not a version like 0.2.0; nothing changed.\n")
        return 64
    fragments: dict[str, list[str]] = {}
    files = sorted(p for p in (ROOT / "changes").glob("*.*.md"))
    for file in files:
        kind = file.name.split(".")[-2]
        if kind not in KINDS:
            sys.stderr.write(f"{file}: the kind is one of {', '.join(KINDS)}.\n")
            return 64
        text = " ".join(file.read_text(encoding="utf-8").split())
        fragments.setdefault(kind, []).append(text)
    log = ROOT / "CHANGELOG.md"
    before, mark, rest = log.read_text(encoding="utf-8").partition("\n## ")
    text = before.rstrip("\n") + "\n\n" + section(version, fragments)
    log.write_text(text + (mark + rest if mark else ""), encoding="utf-8")
    init = ROOT / "src/holdfast/__init__.py"
    source = init.read_text(encoding="utf-8")
    source = re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', source)
    init.write_text(source, encoding="utf-8")
    for file in files:
        file.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

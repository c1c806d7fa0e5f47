"""The files of a project as they are read: each counted, each fault collected."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from holdfast.load.yaml12 import Document, read_yaml
from holdfast.problems import Place, Problem


@dataclass(slots=True)
class Reading:
    """What is gathered while a project is read: problems, names, and sums of files."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    sums: list[bytes] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """One digest over the names and contents of every file."""
        return "sha256:" + sha256(b"".join(self.sums)).hexdigest()

    def read(self, path: Path) -> Document:
        """A YAML file; an empty document when it cannot be read."""
        name, known = str(path.relative_to(self.root)), len(self.problems)
        content = self.content(path)
        if len(self.problems) > known:
            return Document(name, {})
        document = read_yaml(content, name)
        self.problems += document.problems
        return document

    def content(self, path: Path) -> bytes:
        """A file as it is, counted as part of the declaration."""
        name = str(path.relative_to(self.root))
        try:
            content = path.read_bytes()
        except OSError as error:
            self.problems.append(_unreadable(name, error))
            return b""
        self.files.append(name)
        self.sums.append(name.encode() + b"\0" + sha256(content).digest())
        return content

    def find(self, name: str) -> bytes | None:
        """The bytes of a file of the project, by its name below the root."""
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    def note(self, paths: Iterable[Path]) -> None:
        """Let files that somebody else reads count as part of the declaration."""
        for path in paths:
            name = os.path.relpath(path, self.root)
            with suppress(OSError):
                self.sums.append(
                    name.encode() + b"\0" + sha256(path.read_bytes()).digest()
                )
                self.files.append(name)

    def folder(self, name: str) -> Iterator[Document]:
        """Every YAML file below a folder that says anything, in the order of names."""
        found = (self.root / name).glob("**/*.y*ml")
        for path in sorted(p for p in found if p.suffix in (".yaml", ".yml")):
            document = self.read(path)
            if document.value is not None:
                yield document


def _unreadable(name: str, error: OSError) -> Problem:
    return Problem(
        code="load.unreadable",
        summary=f"{name} cannot be read",
        detail=f"{error.strerror}.",
        place=Place(name, 1, 1),
    )

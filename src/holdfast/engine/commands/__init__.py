"""How a step talks to its run: files, lines it prints, and the shell it is run by. Pure."""

from holdfast.engine.commands.files import FileError, Values, read_paths, read_values
from holdfast.engine.commands.lines import Annotation, LineReader, Said
from holdfast.engine.commands.shell import command_line, status_said, suffix_of

__all__ = [
    "Annotation",
    "FileError",
    "LineReader",
    "Said",
    "Values",
    "command_line",
    "read_paths",
    "read_values",
    "status_said",
    "suffix_of",
]

"""How the script of a ``run:`` step becomes a command; the forms are GitHub's."""

import shlex
import signal

KNOWN = {
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
    "python": "python {0}",
    "pwsh": "pwsh -command \". '{0}'\"",
}
_SUFFIXES = {"bash": ".sh", "sh": ".sh", "python": ".py", "pwsh": ".ps1"}
_FIRST_SIGNAL, _NOT_EXECUTABLE, _NOT_FOUND = 128, 126, 127


def command_line(shell: str, script: str, *, has_bash: bool = True) -> tuple[str, ...]:
    """
    The arguments that run a script file.

    An empty ``shell`` is ``bash -e``, or ``sh -e`` where there is no bash; one that is
    none of the known names is a command with ``{0}`` where the file goes. Raises
    ``ValueError`` for one without.
    """
    if not shell:
        form = "bash -e {0}" if has_bash else "sh -e {0}"
    else:
        form = KNOWN.get(shell, shell)
    if "{0}" not in form:
        message = f"`shell: {shell}` is none of {', '.join(KNOWN)}, and has no {{0}}"
        raise ValueError(message)
    return tuple(word.replace("{0}", script) for word in shlex.split(form))


def suffix_of(shell: str) -> str:
    """How the name of the script file has to end."""
    return ".sh" if not shell else _SUFFIXES.get(shell, "")


def status_said(status: int) -> str:
    """What an exit status means, in words."""
    if status == _NOT_EXECUTABLE:
        return "exit status 126: the command was found but could not be executed"
    if status == _NOT_FOUND:
        return "exit status 127: the command was not found"
    if status > _FIRST_SIGNAL:
        try:
            name = signal.Signals(status - _FIRST_SIGNAL).name
        except ValueError:
            return f"exit status {status}"
        return f"exit status {status}: ended by {name}"
    return f"exit status {status}"

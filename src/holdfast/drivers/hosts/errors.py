"""What ssh and sudo say when something is wrong, and what to do about it."""

from holdfast.ports import Unreachable
from holdfast.problems import Problem

_KNOWN = (
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", "its host key has changed",
     "Find out why. If it was rebuilt: ssh-keygen -R {host}"),
    ("Host key verification failed", "its host key is not known",
     "Check the key and add it: ssh-keyscan {host} >> ~/.ssh/known_hosts"),
    ("Could not resolve hostname", "its name cannot be resolved",
     "Mend `address:` in hosts/, or the name service."),
    ("Connection refused", "nothing listens on its ssh port",
     "Start sshd there, or mend `port:`."),
    ("No route to host", "there is no route to it", "Check the network, or its address."),
    ("timed out", "it did not answer in time", "Check that it is up: ping {host}"),
    ("not responding", "it stopped answering", "Check that it is up: ping {host}"),
    ("Permission denied", "it refuses the key or user",
     "Try it by hand: ssh {host}; check `user:`, the key and the agent."),
    ("a password is required", "sudo there wants a password",
     "Set `become_password:` in `connect:` to the name of a secret."),
    ("incorrect password", "sudo there refuses the password",
     "Put the right one in: holdfast secret set NAME"),
    ("Sorry, try again", "sudo there refuses the password",
     "Put the right one in: holdfast secret set NAME"),
    ("no password was provided", "sudo there refuses the password",
     "Put the right one in: holdfast secret set NAME"),
    ("is not in the sudoers file", "the user may not become another there",
     "Allow it in sudoers, or use another `user:`."),
    ("sudo: not found", "there is no sudo on it", "Install sudo, or connect as root."),
)  # fmt: skip


def trouble(host: str, said: str, *, started: bool) -> Unreachable:
    """The error for a connection that did not work or broke; ``said`` are ssh's words."""
    why, fix = next(
        ((why, fix) for words, why, fix in _KNOWN if words.lower() in said.lower()),
        ("the connection broke" if started else "it cannot be reached",
         "Try it by hand: ssh {host}"),
    )  # fmt: skip
    effect = "What was being done is in doubt." if started else "Nothing was changed."
    words = "\n".join(said.splitlines()[-4:])
    return Unreachable(
        Problem(
            code="hosts.broken" if started else "hosts.unreachable",
            summary=f"{host}: {why}",
            detail=f"{effect} ssh said: {words or '(nothing)'}",
            next_step=fix.format(host=host),
        ),
        started=started,
    )

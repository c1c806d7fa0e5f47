"""Actions that are built in: what each takes, what it must be given, what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """
    One action that Holdfast carries out itself.

    ``inputs`` are the keys of ``with:`` it reads, or that make no difference here. Of
    each group in ``wanted`` one has to be given. ``unheeded`` keys do something elsewhere
    and nothing here. ``outputs`` are all it ever sets; ``None``: that depends.
    """

    inputs: tuple[str, ...]
    wanted: tuple[tuple[str, ...], ...] = ()
    outputs: tuple[str, ...] | None = ()
    unheeded: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _setup(language: str, harmless: str, unheeded: str) -> BuiltIn:
    own = f"{language}-version {language}-version-file"
    every = "token check-latest cache cache-dependency-path"
    return BuiltIn(
        inputs=_words(f"{own} {every} {harmless}"),
        outputs=(f"{language}-version", f"{language}-path", "cache-hit"),
        unheeded=_words(f"architecture {unheeded}"),
    )


_CACHE = "path key restore-keys lookup-only fail-on-cache-miss"
_CACHE_HARMLESS = "upload-chunk-size enableCrossOsArchive save-always"
_CACHE_WANTED = (("path",), ("key",))
_CACHE_OUTPUTS = _words("cache-hit cache-primary-key cache-matched-key")

ACTIONS: Mapping[str, BuiltIn] = {
    "actions/checkout": BuiltIn(
        inputs=_words(
            "repository ref token path clean sparse-checkout fetch-depth fetch-tags "
            "submodules persist-credentials show-progress set-safe-directory filter "
            "allow-unsafe-pr-checkout"
        ),
        outputs=("ref", "commit"),
        unheeded=_words(
            "ssh-key ssh-known-hosts ssh-strict ssh-user lfs sparse-checkout-cone-mode "
            "github-server-url"
        ),
    ),
    "actions/cache": BuiltIn(
        inputs=_words(f"{_CACHE} {_CACHE_HARMLESS}"),
        wanted=_CACHE_WANTED,
        outputs=_CACHE_OUTPUTS,
    ),
    "actions/cache/restore": BuiltIn(
        inputs=_words(f"{_CACHE} {_CACHE_HARMLESS}"),
        wanted=_CACHE_WANTED,
        outputs=_CACHE_OUTPUTS,
    ),
    "actions/cache/save": BuiltIn(
        inputs=_words(f"path key {_CACHE_HARMLESS}"), wanted=_CACHE_WANTED
    ),
    "actions/upload-artifact": BuiltIn(
        inputs=_words(
            "name path if-no-files-found overwrite retention-days compression-level "
            "include-hidden-files archive"
        ),
        wanted=(("path",),),
        outputs=_words("artifact-id artifact-digest"),
    ),
    "actions/download-artifact": BuiltIn(
        inputs=_words(
            "name path pattern merge-multiple skip-decompress digest-mismatch"
        ),
        outputs=("download-path",),
        unheeded=_words("artifact-ids github-token repository run-id"),
    ),
    "actions/setup-python": _setup(
        "python",
        "allow-prereleases mirror mirror-token",
        "freethreaded update-environment pip-version pip-install",
    ),
    "actions/setup-node": _setup(
        "node",
        "package-manager-cache mirror mirror-token",
        "always-auth registry-url scope",
    ),
    "actions/setup-go": _setup("go", "go-download-base-url", ""),
    "actions/setup-java": _setup(
        "java",
        "distribution job-status force-download verify-signature "
        "verify-signature-public-key",
        "java-package jdkFile server-id server-username server-password settings-path "
        "overwrite-settings gpg-private-key gpg-passphrase mvn-toolchain-id "
        "mvn-toolchain-vendor set-default",
    ),
    "holdfast/apply": BuiltIn(inputs=("selectors",)),
    "holdfast/approve": BuiltIn(inputs=_words("by count not within message")),
    "holdfast/exec": BuiltIn(
        inputs=_words("hosts host run serial max_fail_percentage pause"),
        wanted=(("hosts", "host"), ("run",)),
    ),
    "holdfast/http": BuiltIn(
        inputs=_words("url method headers body status timeout"),
        wanted=(("url",),),
        outputs=("status", "body"),
    ),
    "holdfast/notify": BuiltIn(
        inputs=_words("to text title severity dedup resolved"),
        wanted=(("to",), ("text",)),
    ),
    "holdfast/undo": BuiltIn(inputs=("run",), wanted=(("run",),)),
    "holdfast/verify": BuiltIn(
        inputs=_words("query url status prometheus within"),
        wanted=(("query", "url"),),
    ),
    "holdfast/wait": BuiltIn(inputs=("for", "until"), wanted=(("for", "until"),)),
    "holdfast/workflow": BuiltIn(
        inputs=("workflow", "inputs"), wanted=(("workflow",),), outputs=None
    ),
}
"""By the name before the ``@``; whatever is behind it counts for nothing."""


def built_in(uses: str) -> BuiltIn | None:
    """The action a ``uses:`` names, when it is built in."""
    return ACTIONS.get(uses.partition("@")[0])

"""Actions that are built in: what each takes, what it must be given, what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """
    One action that Holdfast carries out itself.

    ``inputs`` are the keys of ``with:`` it reads. Of each group in ``wanted`` one has to
    be given. ``idle`` keys are known elsewhere and change nothing here. ``outputs`` are
    all it ever sets; ``None``: that depends on something else.
    """

    inputs: tuple[str, ...]
    wanted: tuple[tuple[str, ...], ...] = ()
    outputs: tuple[str, ...] | None = ()
    idle: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that may be written."""
        return (*self.inputs, *self.idle)


def _inputs(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _setup(language: str, idle: str) -> BuiltIn:
    return BuiltIn(
        inputs=(f"{language}-version", f"{language}-version-file"),
        outputs=(f"{language}-version", f"{language}-path", "cache-hit"),
        idle=_inputs(f"token check-latest cache cache-dependency-path {idle}"),
    )


_CACHE_OUTPUTS = _inputs("cache-hit cache-primary-key cache-matched-key")
_CACHE_IDLE = "upload-chunk-size enableCrossOsArchive"

ACTIONS: Mapping[str, BuiltIn] = {
    "actions/checkout": BuiltIn(
        inputs=_inputs(
            "repository ref token path clean sparse-checkout fetch-depth fetch-tags "
            "submodules persist-credentials show-progress set-safe-directory"
        ),
        outputs=("ref", "commit"),
        idle=_inputs(
            "ssh-key ssh-known-hosts ssh-strict ssh-user filter lfs "
            "sparse-checkout-cone-mode github-server-url allow-unsafe-pr-checkout"
        ),
    ),
    "actions/cache": BuiltIn(
        inputs=_inputs("path key restore-keys lookup-only fail-on-cache-miss"),
        wanted=(("path",), ("key",)),
        outputs=_CACHE_OUTPUTS,
        idle=_inputs(f"{_CACHE_IDLE} save-always"),
    ),
    "actions/cache/restore": BuiltIn(
        inputs=_inputs("path key restore-keys lookup-only fail-on-cache-miss"),
        wanted=(("path",), ("key",)),
        outputs=_CACHE_OUTPUTS,
        idle=_inputs(_CACHE_IDLE),
    ),
    "actions/cache/save": BuiltIn(
        inputs=_inputs("path key"),
        wanted=(("path",), ("key",)),
        idle=_inputs(_CACHE_IDLE),
    ),
    "actions/upload-artifact": BuiltIn(
        inputs=_inputs("name path if-no-files-found overwrite"),
        wanted=(("path",),),
        outputs=_inputs("artifact-id artifact-digest"),
        idle=_inputs("retention-days compression-level include-hidden-files archive"),
    ),
    "actions/download-artifact": BuiltIn(
        inputs=_inputs("name path merge-multiple"),
        outputs=("download-path",),
        idle=_inputs(
            "artifact-ids pattern github-token repository run-id skip-decompress "
            "digest-mismatch"
        ),
    ),
    "actions/setup-python": _setup(
        "python",
        "architecture update-environment allow-prereleases freethreaded pip-version "
        "pip-install mirror mirror-token",
    ),
    "actions/setup-node": _setup(
        "node",
        "architecture always-auth registry-url scope package-manager-cache mirror "
        "mirror-token",
    ),
    "actions/setup-go": _setup("go", "architecture go-download-base-url"),
    "actions/setup-java": _setup(
        "java",
        "distribution java-package architecture jdkFile server-id server-username "
        "server-password settings-path overwrite-settings gpg-private-key "
        "gpg-passphrase job-status mvn-toolchain-id mvn-toolchain-vendor "
        "set-default verify-signature verify-signature-public-key force-download",
    ),
    "holdfast/apply": BuiltIn(inputs=("selectors",)),
    "holdfast/approve": BuiltIn(inputs=_inputs("by count not within message")),
    "holdfast/exec": BuiltIn(
        inputs=_inputs("hosts host run serial max_fail_percentage"),
        wanted=(("hosts", "host"), ("run",)),
    ),
    "holdfast/http": BuiltIn(
        inputs=_inputs("url method headers body status timeout"),
        wanted=(("url",),),
        outputs=("status", "body"),
    ),
    "holdfast/verify": BuiltIn(
        inputs=_inputs("query url status prometheus within"),
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

"""``git``: a repository checked out at a ref."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from holdfast.declare.strict import Strict
from holdfast.kinds.base import BaseKind
from holdfast.kinds.shell import path, quote
from holdfast.model import Attributes, Change, Resource
from holdfast.ports import Answers, Contents, Query, Wanted


class GitDeclared(Strict):
    """
    A checkout; ``ref`` is a branch, a tag or a whole commit.

    A branch is compared with where it is now in the repository. Changes that somebody
    made in the checkout are never thrown away: then it fails and says so.

        - git: /opt/app
          url: https://git.shop.example/app.git
          ref: v1.4.2
    """

    git: str
    url: str = ""
    ref: str = Field(default="HEAD")
    absent: bool = False


class GitKind(BaseKind):
    """Compares the commit that is checked out with the one the ref names."""

    name = "git"
    model = GitDeclared
    confined = True

    def want(self, declared: Any, content: bytes | None, /) -> Wanted:
        """Attributes ``url`` and ``ref``."""
        if declared.absent:
            return Wanted(declared.git, None, {"url": declared.url})
        wanted = {"url": declared.url, "ref": declared.ref}
        return Wanted(declared.git, wanted, {"url": declared.url})

    def look(self, resource: Resource, /) -> Iterator[Query]:
        """One question with three answers."""
        yield Query("say", (_question(resource),))

    def read(self, resource: Resource, answers: Answers, /) -> Attributes | None:
        """``ref`` is as wanted when its commit is checked out, else that commit."""
        told = answers[Query("say", (_question(resource),))]
        if told is None:
            return None
        url, head, named = [*told.split("\n"), "", ""][:3]
        wanted = (resource.wanted or {}).get("ref")
        return {"url": url, "ref": wanted if named and named == head else head}

    def commands(self, change: Change, contents: Contents, /) -> Sequence[str]:
        """Clone or fetch, then check out; refuses to lose local changes."""
        del contents
        target = path(change.address.name)
        if change.after is None:
            return (_clean(target), f"rm -rf -- {target}")
        url, ref = quote(str(change.after["url"])), quote(str(change.after["ref"]))
        if change.before is None:
            return (
                f"git clone -q --no-checkout -- {url} {target}",
                *_checked_out(target, ref),
            )
        return (
            _clean(target),
            f"git -C {target} remote set-url origin {url}",
            f"git -C {target} fetch -q --tags --force origin",
            *_checked_out(target, ref),
        )

    def inverse(self, change: Change, /) -> Change | None:
        """Back to the commit before; nobody knows which one an absent checkout had."""
        return None if change.after is None else replace(change.swapped())


def _question(resource: Resource) -> str:
    """Sh that prints the url, the commit, and the commit the ref names."""
    target = path(resource.address.name)
    wanted = resource.wanted or {}
    url, ref = quote(str(wanted.get("url", ""))), quote(str(wanted.get("ref", "HEAD")))
    return (
        f"cd {target} && [ -e .git ] || exit 1\n"
        "git config --get remote.origin.url || echo; git rev-parse HEAD || exit 1\n"
        f"case {ref} in *[!0-9a-f]*) ;; "
        f"????????????????????????????????????????) echo {ref}; exit 0;; esac\n"
        f'git ls-remote -q {url} {ref} {ref}"^{{}}" | tail -n 1 | cut -f 1'
    )


def _clean(target: str) -> str:
    return (
        f'[ -z "$(git -C {target} status --porcelain)" ] || '
        f"{{ echo somebody changed files in {target} >&2; exit 1; }}"
    )


def _checked_out(target: str, ref: str) -> Iterator[str]:
    """A branch as it is in the repository, else a tag or commit."""
    yield (
        f"if git -C {target} rev-parse -q --verify refs/remotes/origin/{ref} >/dev/null; "
        f"then git -C {target} checkout -q --detach origin/{ref}\n"
        f"elif [ {ref} = HEAD ]; then git -C {target} checkout -q --detach origin/HEAD\n"
        f"else git -C {target} checkout -q --detach {ref}; fi"
    )

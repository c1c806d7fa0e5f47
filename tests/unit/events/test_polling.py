"""Pushes found by looking, at a real repository on this machine."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import StoppedClock
from holdfast.declare import PollDeclared, Trigger, Workflow
from holdfast.drivers.forges import GitRemote
from holdfast.drivers.stores import Store, open_store
from holdfast.engine.polling import Polled, Poller
from holdfast.engine.triggers import starting
from holdfast.model import Occurrence
from holdfast.problems import HoldfastError

ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "ann",
    "GIT_AUTHOR_EMAIL": "ann@shop.example",
    "GIT_COMMITTER_NAME": "ann",
    "GIT_COMMITTER_EMAIL": "ann@shop.example",
}


@dataclass
class Repository:
    bare: Path
    work: Path

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=self.work,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def push(self, ref: str = "main") -> str:
        self.git("commit", "-q", "--allow-empty", "-m", "more")
        self.git("push", "-q", str(self.bare), f"HEAD:refs/heads/{ref}")
        return self.git("rev-parse", "HEAD")


@dataclass
class Scene:
    repository: Repository
    store: Store
    clock: StoppedClock = field(default_factory=StoppedClock)

    def polled(self) -> Polled:
        return Polled("api", "shop/api", 60, GitRemote(str(self.repository.bare)))

    def poller(self, holder: str = "one") -> Poller:
        return Poller((self.polled(),), self.store.events, self.clock, holder)

    def look(self, holder: str = "one") -> list[Occurrence]:
        self.clock.time += timedelta(seconds=61)
        return list(self.poller(holder).tick(self.polled()))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    bare, work = tmp_path / "api.git", tmp_path / "work"
    for words in (["--bare", str(bare)], [str(work)]):
        subprocess.run(
            ["git", "init", "-q", "-b", "main", *words], env=ENVIRONMENT, check=True
        )
    repository = Repository(bare, work)
    repository.push()
    store = open_store(tmp_path / "s.db")
    yield Scene(repository, store)
    store.close()


def test_the_first_look_starts_nothing(scene: Scene) -> None:
    assert scene.look() == []
    assert scene.look() == []


def test_a_ref_that_moved_is_a_push(scene: Scene) -> None:
    scene.look()
    before = scene.repository.git("rev-parse", "HEAD")
    after = scene.repository.push()
    (push,) = scene.look()
    assert (push.type, push.source, push.subject) == ("push", "api", "shop/api")
    assert push.data == {
        "ref": "refs/heads/main",
        "before": before,
        "after": after,
        "created": False,
        "deleted": False,
        "repository": {"full_name": "shop/api"},
    }
    assert list(scene.store.events.all()) == [push]
    assert scene.look() == []


def test_a_push_that_was_found_starts_what_a_webhook_would(scene: Scene) -> None:
    scene.look()
    scene.repository.push()
    scene.repository.push("feature")
    found = scene.look()
    main = Workflow("w", "w", triggers=(Trigger("push", {"branches": ["main"]}),))
    paths = Workflow("w", "w", triggers=(Trigger("push", {"paths": ["src/**"]}),))
    assert [bool(starting(main, one)) for one in found] == [False, True]
    assert all(starting(paths, one, repository="Shop/api") for one in found)
    assert not any(starting(paths, one, repository="other/api") for one in found)


def test_refs_come_and_go_and_tags_stand_for_their_commits(scene: Scene) -> None:
    scene.look()
    commit = scene.repository.git("rev-parse", "HEAD")
    scene.repository.git("tag", "-a", "v1", "-m", "one")
    scene.repository.git("push", "-q", str(scene.repository.bare), "v1")
    (tag,) = scene.look()
    assert (tag.data["ref"], tag.data["after"]) == ("refs/tags/v1", commit)
    assert tag.data["created"]
    scene.repository.git("push", "-q", str(scene.repository.bare), ":refs/tags/v1")
    (gone,) = scene.look()
    assert gone.data["deleted"]
    assert not starting(Workflow("w", "w", triggers=(Trigger("push"),)), gone)


def test_a_ref_that_goes_back_and_forth_is_a_push_each_time(scene: Scene) -> None:
    scene.look()
    first = scene.repository.git("rev-parse", "HEAD")
    second = scene.repository.push()
    assert len(scene.look()) == 1
    for commit in (first, second):
        place = f"{commit}:refs/heads/main"
        scene.repository.git("push", "-qf", str(scene.repository.bare), place)
        (push,) = scene.look()
        assert push.data["after"] == commit
    assert len(list(scene.store.events.all())) == 3


def test_nobody_looks_more_often_than_asked(scene: Scene) -> None:
    scene.look()
    scene.repository.push()
    assert scene.poller().tick(scene.polled()) == ()
    assert scene.poller("two").tick(scene.polled()) == ()
    assert len(scene.look()) == 1


def test_a_repository_that_is_not_there_is_said_without_its_password() -> None:
    remote = GitRemote("file://ann:hunter22@/nowhere/api.git", seconds=20)
    with pytest.raises(HoldfastError) as caught:
        remote.refs()
    problem = caught.value.problems[0]
    assert problem.code == "forge.unreachable"
    assert "hunter22" not in str(problem)


@pytest.mark.parametrize("url", ["ext::sh -c touch% made", "--upload-pack=touch made"])
def test_a_url_runs_no_commands(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(HoldfastError):
        GitRemote(url).refs()
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://git.example/shop/api.git", "shop/api"),
        ("git@git.example:shop/api.git", "shop/api"),
        ("/srv/git/shop/api/", "shop/api"),
    ],
)
def test_the_name_of_a_repository_is_the_end_of_its_url(url: str, wanted: str) -> None:
    assert PollDeclared(git=url).full_name == wanted
    assert PollDeclared(git=url, repository="a/b").full_name == "a/b"

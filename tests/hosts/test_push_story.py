"""A push, a pipeline, a gate, and hosts that are what was pushed; and back again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hosts.machines import Machine
from stories.forge import git, git_over_http, tell_of_pushes
from stories.shop import Shop

pytestmark = pytest.mark.hosts
SECRET = "a secret of the hook"  # noqa: S105 - of this test
FILES = {
    "holdfast.yaml": """
project: shop
owner: crew
teams: {crew: [bob]}
environments:
  production: {gates: {approve: {by: [crew], within: 1h}}}
hooks: {git: {kind: github, secret: git_hook}}
""",
    "config/web.yaml": """
name: web
hosts: all
resources:
  - file: /etc/shop.conf
    content: "version 1\\n"
""",
    "test.sh": "grep -q 'version [0-9]' config/web.yaml\n",
    "workflows/pipeline.yaml": """
name: pipeline
on: {push: {branches: [main]}}
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - run: sh test.sh
  deploy:
    needs: test
    environment: production
    steps:
      - id: apply
        uses: holdfast/apply
      - uses: holdfast/exec
        with: {hosts: web-*, run: grep -q version /etc/shop.conf}
        check: grep -q version /etc/shop.conf
""",
}


def conf(machine: Machine) -> str:
    return machine.run("cat /etc/shop.conf").stdout


def test_what_is_pushed_is_tested_approved_and_applied(
    start: Callable[[], Machine], tmp_path: Path
) -> None:
    machines = [start(), start()]
    shop = Shop(tmp_path / "shop")
    hosts = ", ".join(
        f"web-{n}: {{address: {one.address}}}" for n, one in enumerate(machines, 1)
    )
    ssh = "".join(one.ssh_config() for one in machines)
    connect = "connect: {config: ssh_config, user: root, timeout: 60s}"
    shop.write(
        {
            **FILES,
            "ssh_config": ssh,
            "hosts/web.yaml": f"hosts: {{{hosts}}}\n{connect}\n",
        }
    )
    git(shop.root, "init", "-q", "--initial-branch=main")
    git(shop.root, "config", "receive.denyCurrentBranch", "updateInstead")
    git(shop.root, "config", "http.receivepack", "true")
    git(shop.root, "add", ".")
    git(shop.root, "commit", "-qm", "version 1")
    shop.type("ann", "secret", "set", "git_hook", given=SECRET)
    with shop.served(), git_over_http(tmp_path) as server:
        tell_of_pushes(shop.root, f"{shop.url}/hooks/git", SECRET)
        desk = tmp_path / "desk"
        git(tmp_path, "clone", "-q", f"{server}/shop/.git", str(desk))
        declared = desk / "config/web.yaml"

        declared.write_text(FILES["config/web.yaml"].replace("1\\n", "2\\n"), "utf-8")
        git(desk, "commit", "-qam", "version 2")
        assert "Holdfast: Stored" in git(desk, "push", "-q", "origin", "main")
        run = shop.wait_for("pipeline", "gated")
        assert all(conf(one) == "" for one in machines), "nothing before a yes"
        shown = shop.type("bob", "status", run, fine=False)
        assert git(desk, "rev-parse", "HEAD").strip()[:12] in shown
        assert "web-1" in shown
        assert "web-2" in shown
        assert "ann is not among crew" in shop.type(
            "ann", "approve", run, "--why", "mine", fine=False
        )
        shop.type("bob", "approve", run, "--why", "version 2 it is")
        assert shop.wait_for("pipeline", "succeeded") == run
        assert [conf(one) for one in machines] == ["version 2\n"] * 2

        declared.write_text("name: web\nhosts: all\nresources: []\n", "utf-8")
        git(desk, "commit", "-qam", "nothing is left")
        git(desk, "push", "-q", "origin", "main")
        broken = shop.wait_for("pipeline", "failed")
        assert broken != run
        assert [conf(one) for one in machines] == ["version 2\n"] * 2

        git(desk, "revert", "--no-edit", "HEAD")
        git(desk, "push", "-q", "origin", "main")
        again = shop.wait_for("pipeline", "gated")
        shop.type("bob", "reject", again, "--why", "not today")
        assert shop.wait_for("pipeline", "rejected") == again
        entries = json.loads(shop.type("ann", "history", "--json"))["entries"]
        applied = entries[0]["run"]
        assert "web-1" in shop.type("ann", "undo", applied, "--yes", fine=False)
    assert shop.type("ann", "ledger", "verify")

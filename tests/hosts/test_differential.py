"""The same declarations by real ansible-core and by Holdfast: the disks are equal."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from holdfast.app import open_application
from hosts.machines import HOME, Machine
from story import Place, write_project

ANSIBLE = Path(sys.executable).parent
pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(
        not (ANSIBLE / "ansible-playbook").exists(), reason="no ansible-core here"
    ),
]
BY_DESIGN = ("/root/.ansible", "/etc/cron.d")
"""Ansible's own traces, and its comment above each cron job: docs/explanation."""

START = """
rm -f /etc/apt/sources.list; rm -rf /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:/srv/repo ./" >/etc/apt/sources.list.d/bed.list
apt-get update -qq
printf 'a = 1\\n#b = 2\\nc = 3\\n' >/etc/s.conf; printf 'last without newline' >/etc/t.conf
echo old >/etc/old; chmod 600 /etc/old; ln -s old /etc/link; groupadd -g 3000 team
"""


def _pairs(rng: random.Random) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What is declared, for Holdfast and for Ansible."""
    for number in range(3):
        mode, text = rng.choice(["0600", "0644", "0755"]), _text(rng)
        path = f"/etc/f{number}" if number else "/etc/old"
        yield (
            {"file": path, "content": text, "mode": mode},
            {"copy": {"dest": path, "content": text, "mode": mode}},
        )
    path, mode = f"/srv/{rng.choice('xyz')}", rng.choice(["0700", "0755"])
    yield (
        {"directory": path, "mode": mode},
        {"file": {"path": path, "state": "directory", "mode": mode}},
    )
    target = rng.choice(["old", "../etc/f1"])
    yield (
        {"link": "/etc/link", "target": target},
        {"file": {"path": "/etc/link", "src": target, "state": "link", "force": True}},
    )
    for path in ("/etc/s.conf", "/etc/t.conf", "/etc/new.conf"):
        key, value = rng.choice("abcd"), rng.randrange(100)
        match, line = f"^#?{key} =", f"{key} = {value}"
        yield (
            {"line": path, "match": match, "text": line},
            {
                "lineinfile": {
                    "path": path,
                    "regexp": match,
                    "line": line,
                    "create": True,
                    "mode": None,
                }
            },
        )
    block = "\n".join(_text(rng).split()) or "x"
    yield (
        {"block": "/etc/t.conf", "content": f"{block}\n", "after": "line:/etc/t.conf"},
        {
            "blockinfile": {
                "path": "/etc/t.conf",
                "block": block,
                "marker": "# {mark} HOLDFAST MANAGED BLOCK",
            }
        },
    )
    gid = rng.randrange(4000, 4100)
    yield {"group": "shop", "gid": gid}, {"group": {"name": "shop", "gid": gid}}
    shell, groups = (
        rng.choice(["/bin/sh", "/bin/bash"]),
        rng.choice([["team"], ["adm"]]),
    )
    yield (
        {"user": "ann", "shell": shell, "groups": groups, "group": "shop"},
        {"user": {"name": "ann", "shell": shell, "groups": groups, "group": "shop"}},
    )
    minute = rng.randrange(60)
    yield (
        {"cron": "job", "at": f"{minute} * * * *", "command": "true"},
        {
            "cron": {
                "name": "job",
                "cron_file": "job",
                "user": "root",
                "minute": str(minute),
                "job": "true",
            }
        },
    )
    version = rng.choice(["1.0", "1.1"])
    yield (
        {"package": "hello-svc", "version": version},
        {"apt": {"name": f"hello-svc={version}"}},
    )
    running, enabled = rng.random() < 0.5, rng.random() < 0.5
    yield (
        {"service": "hello-svc", "running": running, "enabled": enabled},
        {
            "systemd": {
                "name": "hello-svc",
                "state": "started" if running else "stopped",
                "enabled": enabled,
            }
        },
    )


def _text(rng: random.Random) -> str:
    words = ["one", "two", "it's", "$HOME", "100%", "ü", "\\n", "# no comment"]
    return "\n".join(rng.choice(words) for _ in range(rng.randrange(1, 5))) + "\n"


def _by_ansible(machine: Machine, tasks: list[dict[str, Any]], folder: Path) -> None:
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    folder.mkdir()
    (folder / "play.yml").write_text(yaml.safe_dump(play))
    (folder / "ssh_config").write_text(machine.ssh_config())
    done = subprocess.run(
        [
            str(ANSIBLE / "ansible-playbook"),
            *("-i", f"{machine.address},", "-u", "root", "play.yml"),
            *("-e", "ansible_python_interpreter=/usr/bin/python3"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "HOME": str(folder),
            "ANSIBLE_SSH_ARGS": f"-F {folder}/ssh_config -o ControlMaster=auto "
            f"-o ControlPersist=30 -o ControlPath={HOME}/%h",
            "ANSIBLE_NOCOLOR": "1",
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def _by_holdfast(machine: Machine, resources: list[Any], root: Path) -> None:
    root.mkdir()
    (root / "ssh_config").write_text(machine.ssh_config())
    hosts = (
        f"hosts: {{h: {{address: {machine.address}}}}}\n"
        "connect: {config: ssh_config, user: root, timeout: 60s}\n"
    )
    place = Place(hosts, machine.run, machine.disk)
    write_project(root, place, {"resources": resources})
    app = open_application(root)
    proposal = app.propose(())
    report = app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
    assert report.exit == 0, (report.walked, report.proof)
    app.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_disks_are_equal(
    seed: int, start: Callable[[], Machine], tmp_path: Path
) -> None:
    one, other = start(), start()
    for machine in (one, other):
        assert machine.sh(START) == 0
    pairs = list(_pairs(random.Random(seed)))  # noqa: S311 - not for secrets
    _by_ansible(one, [theirs for _, theirs in pairs], tmp_path / "ansible")
    _by_holdfast(other, [ours for ours, _ in pairs], tmp_path / "holdfast")
    assert _compared(one) == _compared(other)


def _compared(machine: Machine) -> dict[str, object]:
    return {
        path: told
        for path, told in machine.disk().items()
        if not path.startswith(BY_DESIGN)
        and path not in ("/etc/hosts", "/etc/hostname")
    }


INVENTORY = """\
[web]
web-[1:3].example ansible_host=10.0.0.1 http_port=8080 flag=True name='two words'
db-1 ansible_port=2222 ansible_user=ann # a comment

[db]
db-[01:02]:2200

[shop:children]
web
db

[web:vars]
tier=front
number=010
list=[1, 'two']

[all:vars]
domain=shop.example
tier=none
"""
INVENTORY_YAML = """\
all:
  vars: {domain: shop.example, yes_no: yes}
  hosts: {lonely: {a: 1}}
  children:
    web:
      hosts:
        web-[1:2]: {tier: own}
        web-9:
      vars: {tier: front}
    shop:
      children:
        web: {}
        db:
          hosts: {"db-[a:b]": {ansible_host: 10.0.0.9}}
          vars: {ansible_group_priority: 10, prio: db}
      vars: {prio: shop}
"""


@pytest.mark.parametrize(
    ("name", "text"), [("hosts.ini", INVENTORY), ("hosts.yml", INVENTORY_YAML)]
)
def test_an_inventory_is_read_as_ansible_reads_it(
    name: str, text: str, tmp_path: Path
) -> None:
    for path, content in {
        name: text,
        "group_vars/all.yml": "from_all: 1\ntier: all-file\n",
        "group_vars/web/main.yml": "from_web: [a, b]\n",
        "group_vars/shop.yaml": "prio: shop-file\nfrom_shop: yes\n",
        "host_vars/db-1": "from_host: x\n",
        "host_vars/web-1.yml": "tier: host-file\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    done = subprocess.run(
        [str(ANSIBLE / "ansible-inventory"), "-i", name, "--list"],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    from holdfast.load.ansible import read_inventory

    ours, problems, _ = read_inventory(tmp_path / name, None, tmp_path)
    assert problems == ()
    hostvars = theirs["_meta"]["hostvars"]
    assert {n: dict(h.vars) for n, h in ours.items() if h.vars} == hostvars
    for group, body in theirs.items():
        for host in (
            body.get("hosts", []) if group not in ("_meta", "ungrouped") else []
        ):
            assert group in ours[host].groups

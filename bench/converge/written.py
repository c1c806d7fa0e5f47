"""The workload in each tool's own idiom."""

from pathlib import Path
from typing import Any

import yaml
from paths import FLEET, GEN, HOSTS, PORT, PROJECT, SSH_CONFIG, address
from workload import TEMPLATE, body, resources


def _dump(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, width=1000))


def _sources(folder: Path, count: int) -> None:
    for r in resources(count):
        for kind, text in (("copy", body), ("template", _template)):
            if r["k"] == kind:
                path = folder / f"{kind}/{r['i']}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text(r["i"]))


def _template(i: int) -> str:
    return TEMPLATE.replace("IDX", str(i))


# --- Holdfast ------------------------------------------------------------------------


def holdfast(n: int, count: int) -> Path:
    """A project for ``n`` hosts; the folder."""
    _sources(PROJECT, count)
    _dump(
        PROJECT / "holdfast.yaml",
        {"project": "bench", "owner": "bench", "environments": {"bench": {}}},
    )
    hosts = {
        f"h{k}": {
            "address": address(k),
            "environment": "bench",
            "vars": {"root": str(HOSTS / f"h{k}"), "hid": f"h{k}"},
        }
        for k in range(1, n + 1)
    }
    connect = {
        "driver": "ssh",
        "user": "root",
        "port": PORT,
        "config": str(SSH_CONFIG),
    }
    _dump(PROJECT / "hosts/hosts.yaml", {"hosts": hosts, "connect": connect})
    declared = [_declared(r) for r in resources(count)]
    config = {"name": "bench", "hosts": "all", "resources": declared}
    _dump(PROJECT / "config/bench.yaml", config)
    return PROJECT


def _declared(r: dict[str, Any]) -> dict[str, Any]:
    root = "${{ vars.root }}/"
    path, made = root + r.get("path", ""), root + r.get("creates", "")
    kinds: dict[str, dict[str, Any]] = {
        "dir": {"directory": path, "mode": "0755"},
        "copy": {"file": path, "source": f"copy/{r.get('i')}", "mode": "0644"},
        "template": {
            "file": path,
            "template": f"template/{r.get('i')}",
            "mode": "0644",
        },
        "mode": {"file": path, "mode": "0640"},
        "line": {
            "line": path,
            "match": f"^#?{r.get('key')} =",
            "text": f"{r.get('key')} = {r.get('value')}",
        },
        "link": {"link": path, "target": root + r.get("target", "")},
        "pkg": {"package": r.get("name")},
        "user": {"user": r.get("name"), "create_home": False},
        "group": {"group": r.get("name")},
        "cmd": {"command": f"touch {made}", "creates": made},
    }
    return kinds[r["k"]]


# --- Ansible -------------------------------------------------------------------------


def ansible(n: int, count: int) -> tuple[Path, Path]:
    """Inventory and playbook."""
    _sources(GEN, count)
    hosts = {
        f"h{k}": {
            "ansible_host": address(k),
            "ansible_port": PORT,
            "ansible_user": "root",
            "root": str(HOSTS / f"h{k}"),
            "hid": f"h{k}",
        }
        for k in range(1, n + 1)
    }
    inventory, play = GEN / f"inventory_{n}.yml", GEN / f"play_{count}.yml"
    _dump(inventory, {"all": {"hosts": hosts}})
    tasks = [
        {"name": f"{r['k']} {i}", **_task(r)} for i, r in enumerate(resources(count))
    ]
    gather = {"name": "converge", "hosts": "all", "gather_facts": False}
    _dump(play, [{**gather, "tasks": tasks}])
    return inventory, play


def _task(r: dict[str, Any]) -> dict[str, Any]:
    root = "{{ root }}/"
    path, made = root + r.get("path", ""), root + r.get("creates", "")
    source = f"{GEN}/{r['k']}/{r.get('i')}"
    tasks: dict[str, tuple[str, dict[str, Any]]] = {
        "dir": ("file", {"path": path, "state": "directory", "mode": "0755"}),
        "copy": ("copy", {"src": source, "dest": path, "mode": "0644"}),
        "template": ("template", {"src": source, "dest": path, "mode": "0644"}),
        "mode": ("file", {"path": path, "state": "file", "mode": "0640"}),
        "line": (
            "lineinfile",
            {
                "path": path,
                "regexp": f"^#?{r.get('key')} =",
                "line": f"{r.get('key')} = {r.get('value')}",
            },
        ),
        "link": (
            "file",
            {"path": path, "src": root + r.get("target", ""), "state": "link"},
        ),
        "pkg": ("apt", {"name": r.get("name"), "state": "present"}),
        "user": ("user", {"name": r.get("name"), "state": "present"}),
        "group": ("group", {"name": r.get("name"), "state": "present"}),
        "cmd": ("command", {"cmd": f"touch {made}", "creates": made}),
    }
    module, arguments = tasks[r["k"]]
    return {f"ansible.builtin.{module}": arguments}


def ansible_config(*, tuned: bool, mitogen: str = "") -> Path:
    """An ansible.cfg: as it comes, or with what its own manual says about speed."""
    lines = ["[defaults]", "retry_files_enabled = False"]
    if tuned:
        lines += [
            "forks = 50",
            "gathering = explicit",
            "interpreter_python = /usr/bin/python3",
        ]
    if mitogen:
        lines += [f"strategy_plugins = {mitogen}", "strategy = mitogen_linear"]
    lines += ["[ssh_connection]", f"ssh_common_args = -F {SSH_CONFIG}"]
    lines += [f"control_path_dir = {FLEET}/ansible"]
    lines += ["pipelining = True"] if tuned else []
    name = "mitogen" if mitogen else "tuned" if tuned else "default"
    path = GEN / f"ansible_{name}.cfg"
    path.write_text("\n".join(lines) + "\n")
    return path


# --- pyinfra -------------------------------------------------------------------------


def pyinfra(n: int, count: int) -> tuple[Path, Path]:
    """Inventory and deploy script."""
    _sources(GEN, count)
    inventory, deploy = GEN / f"inventory_{n}.py", GEN / f"deploy_{count}.py"
    common = {
        "ssh_port": PORT,
        "ssh_user": "root",
        "ssh_key": f"{FLEET}/id_ed25519",
        "ssh_known_hosts_file": f"{FLEET}/known_hosts",
        "ssh_strict_host_key_checking": "yes",
    }
    hosts = [
        (address(k), {**common, "root": str(HOSTS / f"h{k}"), "hid": f"h{k}"})
        for k in range(1, n + 1)
    ]
    inventory.write_text(f"hosts = {hosts!r}\n")
    head = (
        "from pyinfra import host\n"
        "from pyinfra.facts.files import File\n"
        "from pyinfra.operations import apt, files, server\n"
        "root, hid = host.data.root, host.data.hid\n"
    )
    lines = [_operation(i, r) for i, r in enumerate(resources(count))]
    deploy.write_text(head + "\n".join(lines) + "\n")
    return inventory, deploy


def _operation(number: int, r: dict[str, Any]) -> str:
    path = f'f"{{root}}/{r.get("path", r.get("creates", ""))}"'
    name = f'name="{r["k"]} {number}"'
    source = f'src="{GEN}/{r["k"]}/{r.get("i")}"'
    target = f'f"{{root}}/{r.get("target")}"'
    operations = {
        "dir": f'files.directory({name}, path={path}, mode="755")',
        "copy": f'files.put({name}, {source}, dest={path}, mode="644")',
        "template": f'files.template({name}, {source}, dest={path}, mode="644", '
        "hid=hid, jinja_env_kwargs=dict(trim_blocks=True))",
        "mode": f'files.file({name}, path={path}, mode="640")',
        "line": f'files.line({name}, path={path}, line=r"^#?{r.get("key")} =.*", '
        f'replace="{r.get("key")} = {r.get("value")}", extended_regex=True)',
        "link": f"files.link({name}, path={path}, target={target})",
        "pkg": f'apt.packages({name}, packages=["{r.get("name")}"])',
        "user": f'server.user({name}, user="{r.get("name")}", ensure_home=False)',
        "group": f'server.group({name}, group="{r.get("name")}")',
        "cmd": f"if not host.get_fact(File, path={path}):\n"
        f'    server.shell({name}, commands=["touch " + {path}])',
    }
    return operations[r["k"]]

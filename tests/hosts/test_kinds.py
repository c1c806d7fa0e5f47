"""Every kind on real Debian over real ssh: apply, apply again, undo, the disk as before."""

from pathlib import Path
from typing import Any

import pytest

from hosts.machines import Machine
from story import Place, cases, tell

pytestmark = pytest.mark.hosts


@pytest.mark.parametrize("case", [c for c in cases() if "local" not in c.id])
def test_a_case_on_a_real_machine(
    case: dict[str, Any], machine: Machine, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "ssh_config").write_text(machine.ssh_config(), encoding="utf-8")
    hosts = (
        f"hosts: {{h: {{address: {machine.address}}}}}\n"
        "connect: {driver: ssh, user: root, config: ssh_config, timeout: 60s}\n"
    )
    tell(case, Place(hosts, machine.run, machine.disk), project)

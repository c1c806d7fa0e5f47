"""A leak, an alert, a proposal, a yes, a restart that helped, and an alert that is over."""

from pathlib import Path

import pytest

from hosts.machines import Machine
from stories.mailbox import mailbox
from stories.monitoring import measured, watched
from stories.shop import Shop
from stories.waiting import until

pytestmark = pytest.mark.hosts
TOKEN = "a-token-of-the-alertmanager"  # noqa: S105 - of this test
RULES = """
groups:
  - name: worker
    rules:
      - alert: HighMemory
        expr: worker_memory_bytes > 5e8
        labels: {service: worker}
"""
UNIT = """
mkdir -p /var/lib/worker
cat > /etc/systemd/system/worker.service <<'EOT'
[Service]
ExecStart=/bin/sh -c 'echo 1000000 > /var/lib/worker/memory; exec sleep infinity'
EOT
systemctl daemon-reload && systemctl start worker
"""
FILES = {
    "holdfast.yaml": """
project: shop
owner: crew
teams: {crew: [bob]}
environments:
  production: {gates: {approve: {by: [crew], within: 1h}}}
hooks: {alerts: {kind: alertmanager, secret: alerts_token}}
vars: {prometheus: PROMETHEUS}
notify:
  channels:
    mail:
      driver: mail
      to: [crew@shop.example]
      server: 127.0.0.1
      port: MAIL
      security: none
      sender: holdfast@shop.example
      gather: 1s
  owners: {crew: mail}
  send: [{to: owner, on: [gate-opened]}]
""",
    "workflows/restart.yaml": """
name: restart
on:
  alert: {match: {alertname: HighMemory, service: worker}}
  workflow_dispatch: {inputs: {host: {type: host, required: true}}}
autonomy: propose
limits: {once_within: 10m, per: target, attempts: 3}
claims: ["host:${{ inputs.host }}"]
jobs:
  restart:
    environment: production
    steps:
      - uses: holdfast/exec
        with: {hosts: "${{ inputs.host }}", run: systemctl restart worker}
        idempotent: true
        undo: none
      - uses: holdfast/verify
        with:
          prometheus: "${{ vars.prometheus }}"
          query: worker_memory_bytes{host="${{ inputs.host }}"} < 5e8
          within: 30s
""",
}


def test_an_alert_is_proposed_approved_fixed_verified_and_over(
    machine: Machine, tmp_path: Path
) -> None:
    assert machine.run(UNIT).returncode == 0
    memory = machine.folder / "up/var/lib/worker/memory"
    until("the worker", memory.exists)

    def metrics() -> str:
        return f'worker_memory_bytes{{host="web-1"}} {memory.read_text("utf-8")}'

    shop = Shop(tmp_path / "shop")
    hosts = f"hosts: {{web-1: {{address: {machine.address}}}}}\n"
    connect = "connect: {config: ssh_config, user: root, timeout: 60s}\n"
    shop.write({"hosts/web.yaml": hosts + connect, "ssh_config": machine.ssh_config()})
    with mailbox() as box, measured(metrics) as exporter:
        project = FILES["holdfast.yaml"].replace("MAIL", str(box.port))
        shop.write({**FILES, "holdfast.yaml": project})
        shop.type("ann", "secret", "set", "alerts_token", given=TOKEN)
        with shop.served():
            hook = f"{shop.url}/hooks/alerts"
            with watched(
                tmp_path / "watch", exporter, RULES, hook, TOKEN
            ) as prometheus:
                told = project.replace("PROMETHEUS", prometheus)
                shop.write({"holdfast.yaml": told})
                pid = machine.run("systemctl show -P MainPID worker").stdout
                machine.run("echo 900000000 > /var/lib/worker/memory")
                run = shop.wait_for("restart", "gated")
                until("a letter", lambda: box.letters)
                shown = shop.type("bob", "status", run, fine=False)
                assert "systemctl restart worker" in shown
                assert "web-1" in shown
                assert machine.run("systemctl show -P MainPID worker").stdout == pid
                shop.type("bob", "approve", run, "--why", "it leaks again")
                assert shop.wait_for("restart", "succeeded") == run
                assert machine.run("systemctl show -P MainPID worker").stdout != pid
                until(
                    "the end", lambda: "resolved" in shop.type("ann", "event", "list")
                )
                until("the last letter", lambda: len(box.letters) == 2)
                assert shop.runs("restart", "gated") == []
                assert "HighMemory" in shop.type("ann", "why", run)
    asked, over = box.letters
    assert asked["To"] == "crew@shop.example"
    assert f"holdfast approve {run}" in asked.get_content()
    assert "bob" in over.get_content()

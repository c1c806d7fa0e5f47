"""``holdfast init``: begin a project in this folder."""

from pathlib import Path

import click

from holdfast.cli import options
from holdfast.cli.output import say
from holdfast.problems import Exit

_FILES = {
    "holdfast.yaml": """\
# The project: its name, who owns it, and its environments.
project: {name}
owner: team-{name}
environments:
  playground: {{}}
""",
    "hosts/hosts.yaml": """\
# Machines. `driver: local` with a `root:` keeps everything below a folder of this
# machine, so that trying things needs no second machine and no privileges.
# For real machines: `connect: {{driver: ssh, user: deploy, become: root}}`.
hosts:
  web-1:
    groups: [web]
    connect: {{driver: local, root: .holdfast/machines/web-1}}
  web-2:
    groups: [web]
    connect: {{driver: local, root: .holdfast/machines/web-2}}
""",
    "config/web.yaml": """\
# The desired state of hosts: resources in order.
name: web
hosts: web
vars: {{greeting: Hello}}
resources:
  - directory: /etc/app
  - file: /etc/app/motd
    content: |
      ${{{{ vars.greeting }}}} from ${{{{ host.name }}}}
    mode: "0644"
""",
}


@click.command("init")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.pass_context
@options.exits(0, 1, 64)
def command(ctx: click.Context, *, force: bool) -> int:
    """Begin a project in this folder: three commented files, nothing overwritten."""
    root = Path(ctx.obj["directory"])
    name = _name(root.resolve().name)
    for path, text in _FILES.items():
        target = root / path
        if target.exists() and not force:
            say(f"kept     {path}")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.format(name=name), encoding="utf-8")
        say(f"written  {path}")
    (root / ".holdfast").mkdir(mode=0o700, parents=True, exist_ok=True)
    for machine in ("web-1", "web-2"):
        (root / ".holdfast/machines" / machine).mkdir(parents=True, exist_ok=True)
    (root / ".holdfast/.gitignore").write_text("*\n", encoding="utf-8")
    say("Next: holdfast plan")
    return Exit.DONE


def _name(folder: str) -> str:
    kept = "".join(c if c.isalnum() or c == "-" else "-" for c in folder.lower())
    return kept.strip("-") or "project"

"""
Holdfast's own road in one process, timed as the floors are: after the imports.

``road.py PROJECT cold|warm|first`` prints one JSON object. ``cold`` opens the project
and proposes a plan, every connection fresh; ``warm`` proposes again with connections
kept, as a server would; ``first`` is cold and applies, verifies and records too.
"""

import json
import resource
import sys
import time
from pathlib import Path

import jinja2  # noqa: F401 - imported by Holdfast when it meets the first template

from holdfast.app import open_application
from holdfast.drivers.hosts import SshHost

REPEATS = 5


def _disconnect(project: Path) -> None:
    app = open_application(project)
    for host in app.engine.eyes.hosts.values():
        if isinstance(host, SshHost):
            host.disconnect()
    app.close()


def main() -> None:
    project, how = Path(sys.argv[1]), sys.argv[2]
    if how == "close":
        _disconnect(project)
        return
    if how in {"cold", "first"}:
        _disconnect(project)
    begun = time.perf_counter()
    app = open_application(project)
    proposal = app.propose(())
    plan = proposal.plan
    if how == "first":
        app.carry_out(proposal, app.judge(proposal, ask=False, why=""))
    walls = [time.perf_counter() - begun]
    if how == "warm":
        walls = []
        for _ in range(REPEATS):
            begun = time.perf_counter()
            plan = app.propose(()).plan
            walls.append(time.perf_counter() - begun)
    app.close()
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "wall": sorted(walls)[len(walls) // 2],
                "changed": len(plan.changes),
                "unknown": len(plan.unknown),
                "rss_mb": own.ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()

"""Where the bench keeps its things: below one folder, chosen by HOLDFAST_BENCH."""

import os
import tempfile
from pathlib import Path

BENCH = Path(
    os.environ.get("HOLDFAST_BENCH", f"{tempfile.gettempdir()}/holdfast-bench")
)
HOSTS = BENCH / "hosts"
FLEET = BENCH / "fleet"
GEN = BENCH / "gen"
TOOLS = BENCH / "venv"
PROJECT = BENCH / "project"
SSH_CONFIG = FLEET / "ssh_config"
PORT = int(os.environ.get("HOLDFAST_BENCH_PORT", "2222"))


def address(k: int) -> str:
    """The loopback address of host ``k``, which counts from 1."""
    return f"127.0.0.{k + 1}"

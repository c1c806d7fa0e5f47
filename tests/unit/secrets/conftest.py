"""A PostgreSQL of one's own, where it is installed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    initdb = shutil.which("initdb")
    if not initdb or not shutil.which("setpriv") or os.getuid() != 0:
        pytest.skip("PostgreSQL needs initdb and a user of its own")
    user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    folder = Path(subprocess.check_output([*user, "mktemp", "-d"], text=True).strip())
    data = str(folder / "data")
    subprocess.run(
        [*user, initdb, "-D", data, "-A", "trust", "-U", "hf", "--no-sync"],
        stdout=subprocess.DEVNULL,
        check=True,
        cwd=folder,
    )
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    control = [*user, "pg_ctl", "-D", data, "-w"]
    with (folder / "out").open("wb") as out:
        subprocess.run(
            [*control, "-l", str(folder / "log"), "-o", options, "start"],
            stdout=out,
            check=True,
            cwd=folder,
        )
    yield f"postgresql+psycopg://hf@/postgres?host={folder}"
    subprocess.run(
        [*control, "-m", "immediate", "stop"],
        stdout=subprocess.DEVNULL,
        check=True,
        cwd=folder,
    )
    shutil.rmtree(folder)

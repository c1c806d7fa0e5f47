"""
The floor: nothing but ssh and one hand-written Python process a host.

``floor.py MODE N R apply|check`` prints one JSON object. Modes: ``py`` (OpenSSH, one
fresh connection a host), ``py-curve`` (the same with curve25519), ``mux-py`` (through
an open ControlMaster), ``as-py-curve`` (asyncssh, fresh, curve25519), ``as-warm-py``
(asyncssh, connection open), ``as-agent`` (connection and process open) and ``local``
(no ssh). What is to be open is opened before the clock starts.
"""

import asyncio
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from paths import FLEET, HOSTS, PORT, SSH_CONFIG, address
from workload import body, render, resources

AT_ONCE = 50
PROGRAM = Path(__file__).with_name("agent.py").read_bytes()
HEAD = str(len(PROGRAM)).encode() + b"\n" + PROGRAM
LOADER = (
    "/usr/bin/python3 -I -S -c 'import sys;n=int(sys.stdin.buffer.readline());"
    "exec(sys.stdin.buffer.read(n));main()'"
)
SERVER = LOADER.replace("main()", "serve()")


def documents(n: int, count: int, *, apply: bool) -> list[bytes]:
    """What each host is asked or told."""
    told = []
    for k in range(1, n + 1):
        asked = []
        for resource in resources(count):
            r = dict(resource)
            if r["k"] in ("copy", "template"):
                text = body(r["i"]) if r["k"] == "copy" else render(f"h{k}", r["i"])
                r["sha"] = hashlib.sha256(text.encode()).hexdigest()
                if apply:
                    r["text"] = text
            r.pop("i", None)
            asked.append(r)
        document = {"root": str(HOSTS / f"h{k}"), "apply": apply, "rs": asked}
        told.append(json.dumps(document).encode())
    return told


def _control(k: int) -> str:
    return f"{FLEET}/h{k}/control"


def _ssh(k: int, *words: str) -> list[str]:
    return ["ssh", "-F", str(SSH_CONFIG), *words[:-1], address(k), *words[-1:]]


async def _spawn(argv: list[str], data: bytes, gate: asyncio.Semaphore) -> bytes:
    async with gate:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        out, _ = await child.communicate(data)
        if child.returncode:
            sys.exit(f"{argv} ended with {child.returncode}")
        return out


async def _openssh(mode: str, n: int, told: list[bytes]) -> tuple[float, list[bytes]]:
    gate, extra = asyncio.Semaphore(AT_ONCE), []
    if mode == "py-curve":
        extra = ["-o", "KexAlgorithms=curve25519-sha256"]
    begun = time.perf_counter()
    answers = await asyncio.gather(
        *[
            _spawn(
                _ssh(
                    k,
                    *extra,
                    *(["-S", _control(k)] if mode == "mux-py" else []),
                    LOADER,
                ),
                HEAD + told[k - 1],
                gate,
            )
            for k in range(1, n + 1)
        ]
    )
    return time.perf_counter() - begun, list(answers)


def _muxed(n: int, told: list[bytes]) -> tuple[float, list[bytes]]:
    for k in range(1, n + 1):
        master = ["ssh", "-F", str(SSH_CONFIG), "-M", "-S", _control(k), "-fN"]
        subprocess.run([*master, address(k)], check=True)
    try:
        return asyncio.run(_openssh("mux-py", n, told))
    finally:
        for k in range(1, n + 1):
            leave = ["ssh", "-F", str(SSH_CONFIG), "-S", _control(k), "-O", "exit"]
            subprocess.run([*leave, address(k)], check=False, capture_output=True)


async def _asyncssh(mode: str, n: int, told: list[bytes]) -> tuple[float, list[bytes]]:
    import asyncssh

    options: dict[str, Any] = {
        "port": PORT,
        "username": "root",
        "client_keys": [f"{FLEET}/id_ed25519"],
        "known_hosts": f"{FLEET}/known_hosts",
        "config": None,
        "agent_path": None,
    }
    if mode == "as-py-curve":
        options["kex_algs"] = ["curve25519-sha256"]
        gate = asyncio.Semaphore(AT_ONCE)

        async def fresh(k: int) -> bytes:
            async with gate, asyncssh.connect(address(k), **options) as connection:
                done = await connection.run(
                    LOADER, input=HEAD + told[k - 1], encoding=None, check=True
                )
                return bytes(done.stdout)

        return await _timed(fresh, n)
    connections = {
        k: await asyncssh.connect(address(k), **options) for k in range(1, n + 1)
    }
    try:
        return await _warm(mode, n, told, connections)
    finally:
        for connection in connections.values():
            connection.abort()


async def _warm(
    mode: str, n: int, told: list[bytes], connections: dict[int, Any]
) -> tuple[float, list[bytes]]:
    if mode == "as-warm-py":

        async def again(k: int) -> bytes:
            done = await connections[k].run(
                LOADER, input=HEAD + told[k - 1], encoding=None, check=True
            )
            return bytes(done.stdout)

        return await _timed(again, n)
    agents = {}
    for k, connection in connections.items():
        agents[k] = await connection.create_process(SERVER, encoding=None)
        agents[k].stdin.write(HEAD)
        await agents[k].stdout.readline()

    async def ask(k: int) -> bytes:
        agents[k].stdin.write(told[k - 1] + b"\n")
        return bytes(await agents[k].stdout.readline())

    return await _timed(ask, n)


async def _timed(
    one: Callable[[int], Awaitable[bytes]], n: int
) -> tuple[float, list[bytes]]:
    begun = time.perf_counter()
    answers = await asyncio.gather(*[one(k) for k in range(1, n + 1)])
    return time.perf_counter() - begun, list(answers)


def _local(told: list[bytes]) -> tuple[float, list[bytes]]:
    begun = time.perf_counter()
    answers = [
        subprocess.run(
            ["/bin/sh", "-c", LOADER],
            input=HEAD + document,
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for document in told
    ]
    return time.perf_counter() - begun, answers


def main() -> None:
    mode, n, count, what = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    told = documents(n, count, apply=what == "apply")
    if mode == "local":
        wall, answers = _local(told)
    elif mode == "mux-py":
        wall, answers = _muxed(n, told)
    elif mode.startswith("as-"):
        wall, answers = asyncio.run(_asyncssh(mode, n, told))
    else:
        wall, answers = asyncio.run(_openssh(mode, n, told))
    said = [json.loads(answer) for answer in answers]
    wrong = [d for s in said for d in s["diff"].values() if d.startswith("error")]
    if wrong:
        sys.exit(f"the floor failed: {wrong[:3]}")
    print(json.dumps({"wall": wall, "changed": sum(len(s["diff"]) for s in said)}))


if __name__ == "__main__":
    main()

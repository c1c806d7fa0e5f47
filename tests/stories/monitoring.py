"""A real Prometheus with a real Alertmanager."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx

from stories.waiting import free_port, listening, until


@contextmanager
def measured(metrics: Callable[[], str]) -> Iterator[int]:
    """Something Prometheus can ask; its port."""

    class Exporter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = metrics().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with listening(Exporter) as port:
        yield port


@contextmanager
def watched(
    folder: Path, exporter: int, rules: str, hook: str, token: str
) -> Iterator[str]:
    """Prometheus with its rules and an Alertmanager that tells ``hook``; its URL."""
    prometheus, alertmanager = free_port(), free_port()
    files = {
        "prometheus.yml": {
            "global": {
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "evaluation_interval": "1s",
            },
            "rule_files": ["rules.yml"],
            "alerting": {"alertmanagers": [_targets(alertmanager)]},
            "scrape_configs": [{"job_name": "worker", **_targets(exporter)}],
        },
        "alertmanager.yml": {
            "route": {
                "receiver": "holdfast",
                "group_wait": "0s",
                "group_interval": "1s",
                "repeat_interval": "1h",
                "group_by": ["alertname", "host"],
            },
            "receivers": [
                {
                    "name": "holdfast",
                    "webhook_configs": [
                        {
                            "url": hook,
                            "send_resolved": True,
                            "http_config": {"authorization": {"credentials": token}},
                        }
                    ],
                }
            ],
        },
    }
    folder.mkdir()
    for name, told in files.items():
        (folder / name).write_text(json.dumps(told), encoding="utf-8")
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    commands = (
        (
            "prometheus",
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{prometheus}",
        ),
        (
            "prometheus-alertmanager",
            "--config.file=alertmanager.yml",
            "--storage.path=alerts",
            f"--web.listen-address=127.0.0.1:{alertmanager}",
            "--cluster.listen-address=",
        ),
    )
    with (folder / "log.txt").open("wb") as log:
        processes = [
            subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
            for command in commands
        ]
    try:
        for port in (prometheus, alertmanager):
            until(f"port {port}", lambda port=port: _ready(port))  # type: ignore[misc]
        yield f"http://127.0.0.1:{prometheus}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _targets(port: int) -> dict[str, object]:
    return {"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/-/ready").is_success
    except httpx.HTTPError:
        return False

"""What GitHub tells starts workflows, and they tell GitHub how it went."""

import base64
from pathlib import Path

import pytest

from stories.emulator import TOKEN, GitHub, emulated, is_there
from stories.forge import git
from stories.shop import Shop
from stories.waiting import until

SECRET = "a secret of the webhook"  # noqa: S105 - of this test
FILES = {
    "holdfast.yaml": """
project: app
owner: crew
environments: {live: {}}
hooks: {github: {kind: github, secret: hook}}
vars: {api: API}
""",
    "workflows/ci.yaml": """
name: ci
on: {push: {branches: [main]}}
jobs:
  test:
    steps:
      - run: test "$SHA" != "" && echo "testing $SHA"
        env: {SHA: "${{ github.sha }}"}
  tell:
    needs: test
    if: always()
    steps:
      - uses: holdfast/http
        with:
          url: ${{ vars.api }}/repos/admin/app/check-runs
          method: POST
          headers: |
            Authorization: Bearer ${{ secrets.token }}
            Content-Type: application/json
          body: >-
            {"name": "holdfast/ci", "head_sha": ${{ toJSON(github.sha) }},
            "status": "completed", "conclusion": ${{ toJSON(needs.test.result) }}}
""",
    "workflows/triage.yaml": """
name: triage
on: {issues: {types: [opened]}}
jobs:
  look:
    steps:
      - run: printf '%s\\n' "$TITLE"
        env: {TITLE: "${{ github.event.issue.title }}"}
""",
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_there(), reason="npm is not installed"),
]


def put(github: GitHub, name: str, text: str) -> str:
    """Push one file; the commit."""
    content = base64.b64encode(text.encode()).decode()
    told = github.ask(
        "PUT", f"/contents/{name}", message=name, content=content, branch="main"
    )
    return str(told["commit"]["sha"])


def test_a_push_is_tested_and_github_is_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "app")
    with emulated(tmp_path) as github:
        told = FILES["holdfast.yaml"].replace("API", github.url)
        shop.write({**FILES, "holdfast.yaml": told})
        git(shop.root, "init", "-q", "--initial-branch=main")
        git(shop.root, "remote", "add", "origin", f"{github.url}/admin/app.git")
        shop.type("ann", "secret", "set", "hook", given=SECRET)
        shop.type("ann", "secret", "set", "token", given=TOKEN)
        with shop.served():
            hook = {"url": f"{shop.url}/hooks/github", "content_type": "json"}
            events = ["push", "issues"]
            wrong = github.ask(
                "POST", "/hooks", events=events, config={**hook, "secret": "another"}
            )
            put(github, "early.txt", "nobody can prove this")
            github.ask("DELETE", f"/hooks/{wrong['id']}")
            github.ask(
                "POST", "/hooks", events=events, config={**hook, "secret": SECRET}
            )
            commit = put(github, "file.txt", "one")
            run = shop.wait_for("ci", "succeeded")
            assert commit in shop.type("ann", "logs", run)
            until("a check run", lambda: checks(github, commit))
            assert checks(github, commit) == [("holdfast/ci", "success")]
            assert len(shop.runs("ci", "succeeded")) == 1, "one delivery was forged"

            title = "it breaks `touch /tmp/x`; $(id)"
            github.ask("POST", "/issues", title=title)
            run = shop.wait_for("triage", "succeeded")
            assert title in shop.type("ann", "logs", run)
            assert TOKEN not in shop.type(
                "ann", "logs", shop.runs("ci", "succeeded")[0]
            )


def checks(github: GitHub, commit: str) -> list[tuple[str, str]]:
    told = github.ask("GET", f"/commits/{commit}/check-runs")
    return [(one["name"], one["conclusion"]) for one in told["check_runs"]]

"""What is wanted on each host: variables, rounds, conditions, templates and secrets."""

from pathlib import Path

from holdfast.kinds import BUILT_IN
from holdfast.load import Resolved, load, resolve
from holdfast.model import Sensitive

KINDS = {kind.name: kind for kind in BUILT_IN}
FILES = {
    "holdfast.yaml": "project: p\nowner: t\nvars: {a: project, b: project, c: project}\n"
    "environments: {e: {vars: {b: environment, c: environment}}}\n",
    "hosts/h.yaml": "hosts: {web-1: {groups: [web], vars: {d: host}}, web-2: {}}\n",
}


def _resolved(root: Path, config: str, **facts: dict[str, str]) -> Resolved:
    for name, text in {**FILES, "config/c.yaml": config}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    loaded = load(root, KINDS)
    assert loaded.project, loaded.problems
    secrets = {"key": Sensitive("key", "3", "s3cret")}
    hosts = list(loaded.project.hosts)
    named = {host.replace("_", "-"): told for host, told in facts.items()}
    return resolve(loaded.project, KINDS, hosts, named, secrets.get)


def _contents(resolved: Resolved, host: str = "web-1") -> list[str]:
    return [
        r.contents[str((r.wanted or {})["content"])].decode()
        for r in resolved.resources
        if r.address.host == host
    ]


def test_the_nearest_variable_holds(tmp_path: Path) -> None:
    config = (
        "name: c\nhosts: all\nvars: {c: config, d: config}\nresources:\n"
        "  - file: /x\n"
        "    content: ${{ vars.a }} ${{ vars.b }} ${{ vars.c }} ${{ vars.d }}\n"
    )
    resolved = _resolved(tmp_path, config)
    assert _contents(resolved) == ["project environment config host"]
    assert _contents(resolved, "web-2") == ["project environment config config"]


def test_variables_are_made_of_others(tmp_path: Path) -> None:
    config = (
        "name: c\nhosts: web-1\n"
        "vars: {name: app, path: '/srv/${{ vars.name }}', log: '${{ vars.path }}/log'}\n"
        "resources:\n  - {file: '${{ vars.log }}', content: x}\n"
    )
    (resource,) = _resolved(tmp_path, config).resources
    assert resource.address.name == "/srv/app/log"


def test_rounds_over_lists_and_keys(tmp_path: Path) -> None:
    config = (
        "name: c\nhosts: web-1\nvars: {users: {ann: 1, bob: 2}}\nresources:\n"
        "  - {file: '/l/${{ item }}', content: x, for_each: [a, b]}\n"
        "  - {file: '/k/${{ item.key }}', content: '${{ item.value }}',\n"
        "     for_each: '${{ vars.users }}', when: item.key != 'bob'}\n"
    )
    names = [r.address.name for r in _resolved(tmp_path, config).resources]
    assert names == ["/l/a", "/l/b", "/k/ann"]


def test_hosts_are_asked_for_facts_only_where_they_are_needed(tmp_path: Path) -> None:
    config = (
        "name: c\nhosts: all\nresources:\n"
        "  - {file: /x, content: '${{ facts.os }}', when: host.name == 'web-1'}\n"
        "  - {file: /y, template: t.j2}\n"
    )
    (tmp_path / "config").mkdir()
    (tmp_path / "config/t.j2").write_text("{{ a }} on {{ host.name }}\n")
    first = _resolved(tmp_path, config)
    assert first.facts_missing == {"web-1"}
    again = _resolved(tmp_path, config, web_1={"os": "linux"})
    assert not again.facts_missing
    assert _contents(again) == ["linux", "project on web-1\n"]


def test_a_content_with_a_secret_is_sensitive_and_names_its_version(
    tmp_path: Path,
) -> None:
    config = (
        "name: c\nhosts: web-1\nresources:\n"
        "  - {file: /x, content: 'k=${{ secrets.key }}'}\n"
        "  - {file: /y, template: t.j2}\n"
        "  - {file: /z, content: plain}\n"
        "  - {command: run, creates: /c, env: {KEY: '${{ secrets.key }}'}}\n"
    )
    (tmp_path / "config").mkdir()
    (tmp_path / "config/t.j2").write_text("{{ secrets.key }}")
    resolved = _resolved(tmp_path, config)
    told = {r.address.name: (r.sensitive, r.secrets) for r in resolved.resources}
    assert told["/x"] == (True, ("key@3",))
    assert told["/y"] == (True, ("key@3",))
    assert told["/z"] == (False, ())
    assert told["run"] == (True, ("key@3",))
    assert "s3cret" not in repr(resolved)


def test_handlers_and_checks_are_worked_out_for_each_host(tmp_path: Path) -> None:
    config = (
        "name: c\nhosts: all\nvars: {port: 80}\nresources:\n"
        "  - {file: /x, content: a, then: [ring]}\n"
        "handlers: {ring: {command: 'echo ${{ host.name }}'}}\n"
        "checks: [{http: 'http://localhost:${{ vars.port }}/'}]\n"
        "rollout: {serial: [1, 50%], pause: 1m}\n"
    )
    resolved = _resolved(tmp_path, config)
    assert [h.how["run"] for h in resolved.handlers] == ["echo web-1", "echo web-2"]
    assert resolved.checks["web-2"][0].http == "http://localhost:80/"
    assert resolved.rollouts["c"].serial == (1, "50%")
    assert resolved.rollouts["c"].pause == 60


def test_a_template_is_kept_in_its_box(tmp_path: Path) -> None:
    config = "name: c\nhosts: web-1\nresources: [{file: /x, template: t.j2}]\n"
    (tmp_path / "config").mkdir()
    (tmp_path / "config/t.j2").write_text("{{ ''.__class__.__mro__ }}")
    (problem,) = _resolved(tmp_path, config).problems
    assert problem.code == "load.template"

"""Ask many hosts at once, each with one script."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from holdfast import observe
from holdfast.engine.drift.findings import Finding, asked_about
from holdfast.model import Address, Attributes, Resource, Snapshot
from holdfast.ports import (
    Contents,
    Host,
    Kind,
    Probe,
    Query,
    Unreachable,
    still_running,
)
from holdfast.problems import HoldfastError, Problem

Watch = Callable[[int, int], None]
"""Told how many hosts of how many have answered; from the thread that waits for them."""


def unwatched(_done: int, _all: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What is needed to look: hosts by name, kinds and probes by name."""

    hosts: Mapping[str, Host]
    kinds: Mapping[str, Kind]
    probes: Mapping[str, Probe]
    parallel: int = 50
    watch: Watch = unwatched

    def look(self, resources: Sequence[Resource], *, facts: bool = False) -> Snapshot:
        """One snapshot of all hosts; a host that cannot be asked is ``unknown``."""
        grouped: dict[str, list[Resource]] = {}
        for resource in resources:
            grouped.setdefault(resource.address.host, []).append(resource)
        return self._gathered(grouped, facts=facts)

    def facts(self, hosts: Iterable[str]) -> Snapshot:
        """Only the facts of some hosts."""
        return self._gathered({host: [] for host in hosts}, facts=True)

    def busy(self, hosts: Iterable[str]) -> frozenset[str]:
        """Hosts on which a script that changes things is still at work."""

        def asked(host: str) -> bool:
            script = f"{still_running(host)}still_running && echo yes || :\n".encode()
            try:
                return self.hosts[host].run(script).stdout.strip() == b"yes"
            except Unreachable:
                return False

        names = sorted(set(hosts))
        with ThreadPoolExecutor(max(1, min(self.parallel, len(names)))) as pool:
            found = zip(names, pool.map(asked, names), strict=True)
            return frozenset(name for name, answer in found if answer)

    def marks(self, findings: Sequence[Finding]) -> Mapping[Address, observe.Mark]:
        """Since when and through whom things are as they are; silent where unknown."""
        by_host: dict[str, list[Finding]] = {}
        for finding in findings:
            by_host.setdefault(finding.address.host, []).append(finding)

        def asked(host: str) -> dict[Address, observe.Mark]:
            about = [asked_about(finding) for finding in by_host[host]]
            try:
                said = self.hosts[host].run(observe.marks_script(about)).stdout
            except Unreachable:
                return {}
            told = observe.read_marks(about, said)
            found = zip(by_host[host], told, strict=True)
            return {finding.address: mark for finding, mark in found}

        with ThreadPoolExecutor(max(1, min(self.parallel, len(by_host)))) as pool:
            return {a: m for told in pool.map(asked, by_host) for a, m in told.items()}

    def contents(self, host: str, paths: Iterable[str]) -> Contents:
        """Whole files of one host by digest, however large."""
        queries = [Query("content", (path, "", "all")) for path in paths]
        look = observe.look_for(queries, self.probes)
        heard = observe.read_look(
            look, self.hosts[host].run(look.script).stdout, self.probes
        )
        return observe.snapshot((), {}, heard.answers).contents

    def _gathered(
        self, grouped: Mapping[str, Sequence[Resource]], *, facts: bool
    ) -> Snapshot:
        if not grouped:
            return Snapshot()
        with ThreadPoolExecutor(min(self.parallel, len(grouped))) as pool:
            looks = [
                pool.submit(self._host, host, resources, facts=facts)
                for host, resources in grouped.items()
            ]
            self.watch(0, len(looks))
            for done, _ in enumerate(as_completed(looks), 1):
                self.watch(done, len(looks))
            return _joined([look.result() for look in looks])

    def _host(
        self, name: str, resources: Sequence[Resource], *, facts: bool
    ) -> Snapshot:
        host = self.hosts[name]
        able, refused = _able(host, resources, self.kinds)
        queries = {q for r in able for q in self.kinds[r.address.kind].look(r)}
        look = observe.look_for(queries, self.probes, facts=facts)
        try:
            result = host.run(look.script)
            heard = observe.read_look(look, result.stdout, self.probes)
        except Unreachable as error:
            return Snapshot(unknown={name: error.problems[0]})
        except HoldfastError as error:
            return Snapshot(unknown={name: error.problems[0]})
        seen = observe.snapshot(able, self.kinds, heard.answers)
        told: dict[str, Attributes] = {name: heard.facts} if heard.facts else {}
        return Snapshot(
            seen=seen.seen,
            unknown={**seen.unknown, **refused},
            contents=seen.contents,
            facts=told,
        )


def _able(
    host: Host, resources: Sequence[Resource], kinds: Mapping[str, Kind]
) -> tuple[list[Resource], dict[str, Problem]]:
    """What this host can hold, and a problem for what it cannot."""
    if not host.confined:
        return list(resources), {}
    able = [r for r in resources if kinds[r.address.kind].confined]
    refused = {
        str(r.address): _not_confined(r)
        for r in resources
        if not kinds[r.address.kind].confined
    }
    return able, refused


def _not_confined(resource: Resource) -> Problem:
    return Problem(
        code="observe.not-confined",
        summary=f"A {resource.address.kind} cannot be kept below a `root:` folder",
        detail=f"{resource.address} would change this machine itself. Nothing was done.",
        next_step="Declare it for a host with `driver: ssh`, or take it out.",
        place=resource.place,
    )


def _joined(snapshots: Sequence[Snapshot]) -> Snapshot:
    return Snapshot(
        seen={a: s for one in snapshots for a, s in one.seen.items()},
        unknown={a: p for one in snapshots for a, p in one.unknown.items()},
        contents={d: b for one in snapshots for d, b in one.contents.items()},
        facts={h: f for one in snapshots for h, f in one.facts.items()},
    )

"""From a workflow of the project to what a run is started with, and back from the store."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.app.application import Application
from holdfast.app.runs.inputs import given_inputs
from holdfast.app.runs.undoing import NAME, request_of, undoing
from holdfast.declare import Action, Workflow
from holdfast.drivers.tools import git
from holdfast.engine.runs.job_state import StepAt
from holdfast.engine.runs.request import Request
from holdfast.engine.runs.rerun import edited
from holdfast.engine.triggers import Head
from holdfast.load.workflows import file_of, read_action, reread
from holdfast.model import RunView, digest
from holdfast.problems import HoldfastError, Problem, did_you_mean

_GITHUB = "https://github.com"


@dataclass(slots=True)
class Flows:
    """Workflows by name, and those of runs by what they were started with."""

    app: Application
    _known: dict[tuple[str, ...], Workflow] = field(default_factory=dict)

    def named(self, name: str) -> Workflow:
        """A workflow of the project; raises ``HoldfastError`` when there is none."""
        found = self.app.project.workflow(name)
        if found is None:
            raise HoldfastError(self._no_workflow(name))
        return found

    def of(self, view: RunView) -> Workflow:
        """
        The workflow a run was started with, from the bytes that were kept.

        Raises ``HoldfastError`` when they cannot be read as a workflow any more.
        """
        sources: Mapping[str, str] = view.started.get("sources") or {}
        file = str(view.started.get("file", ""))
        key = (file, *sources.values())
        if key not in self._known:
            kept = self.app.store.contents

            def find(name: str) -> bytes | None:
                named = sources.get(name.removeprefix("./"))
                return kept.get(named) if named else None

            made = reread(find(file) or b"", file, find)
            if made is None:
                raise HoldfastError(_lost(view.id, file))
            self._known[key] = made
        return self._known[key]

    def keep(self, *flows: Workflow) -> None:
        """Keep the bytes workflows were read from, so that their runs outlive edits."""
        every = (content for flow in flows for content in flow.sources.values())
        self.app.store.contents.put({digest(content): content for content in every})

    def request(
        self,
        flow: Workflow,
        inputs: Mapping[str, Any],
        github: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Request:
        """What a run of it is started with now; :meth:`keep` its sources before."""
        sources = {name: digest(content) for name, content in flow.sources.items()}
        return Request(
            flow=flow,
            sources=sources,
            inputs=inputs,
            github=github or self.by_hand(inputs),
            vars=self.app.project.vars,
            commit=self.app.commit,
            **more,
        )

    def again(
        self, view: RunView, inputs: Mapping[str, Any], names: Mapping[str, list[str]]
    ) -> Request:
        """
        What a run would be started with now, some of its inputs others.

        What started it and its autonomy stay, so that editing passes no gate. Raises
        ``HoldfastError`` for inputs that do not fit, and for a run that another called.
        """
        told = view.started
        if told.get("parent"):
            raise HoldfastError(_called(view.id, str(told["parent"])))
        flow = self.named(str(told.get("file", "")))
        before: Mapping[str, Any] = told.get("inputs") or {}
        given = dict(before)
        if inputs or flow.dispatch is not None:
            known = {one.name for one in flow.dispatch or ()}
            kept = {name: value for name, value in before.items() if name in known}
            given = given_inputs(flow, {**kept, **inputs}, names)
        github = dict(told.get("github") or {})
        if github.get("event_name") == "workflow_dispatch":
            github = self.by_hand(given)
        self.keep(flow)
        changed = edited(before, given)
        return self.request(
            flow,
            given,
            github,
            why=f"{view.id} again" + (f", with {changed}" if changed else ""),
            autonomy=told.get("autonomy", "act"),
            cause={**(told.get("cause") or {}), "again": view.id},
        )

    def action(self, at: StepAt, uses: str) -> tuple[Action, str] | None:
        """The local action a step names, as it was when its run was started."""
        found = file_of(uses, at.flow.sources.get)
        if found is None:
            return None
        name, content = found
        made = read_action(content, name).action
        return (made, name.rpartition("/")[0]) if made else None

    def find(self, name: str) -> Request | None:
        """What a workflow would be started with now, for steps that start one."""
        taken = name.removeprefix(NAME)
        if taken != name:
            return request_of(undoing(self.app, taken, self.of))
        flow = self.app.project.workflow(name)
        return self.request(flow, {}) if flow else None

    def head(self) -> Head:
        """Where the project stands."""
        return Head(
            self._repository(), git.branch(self.app.root), git.head(self.app.root)
        )

    def by_hand(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What ``github`` is when a person starts a run."""
        head = self.head()
        branch = head.branch or "main"
        server = os.environ.get("GITHUB_SERVER_URL", _GITHUB)
        own = server != _GITHUB
        return {
            "event_name": "workflow_dispatch",
            "event": {"inputs": dict(inputs)},
            "ref": f"refs/heads/{branch}",
            "ref_name": branch,
            "ref_type": "branch",
            "sha": head.sha,
            "repository": head.repository,
            "repository_owner": head.repository.partition("/")[0],
            "actor": self.app.actor,
            "triggering_actor": self.app.actor,
            "server_url": server,
            "api_url": f"{server}/api/v3" if own else "https://api.github.com",
            "graphql_url": (
                f"{server}/api/graphql" if own else "https://api.github.com/graphql"
            ),
        }

    def _repository(self) -> str:
        owner = self.app.project.owner or "local"
        return git.repository(self.app.root) or f"{owner}/{self.app.project.name}"

    def _no_workflow(self, name: str) -> Problem:
        project = self.app.project
        for file, problems in project.refused:
            if name in (file, _stem(file)):
                first = problems[0]
                return Problem(
                    code="app.workflow-refused",
                    summary=f"{file} cannot be run here",
                    detail=f"{first.place}: {first.summary}. {first.detail}".strip(),
                    next_step=first.next_step or "See all of it: holdfast check",
                )
        names = [one.name for one in project.workflows]
        stems = [_stem(one.file) for one in project.workflows]
        return Problem(
            code="app.no-such-workflow",
            summary=f"There is no workflow `{name}`",
            detail=f"There are: {', '.join(names) or 'none'}.",
            next_step=did_you_mean(name, [*names, *stems])
            or "Write one: workflows/NAME.yaml",
        )


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _lost(run: str, file: str) -> Problem:
    return Problem(
        code="app.sources-lost",
        summary=f"What {run} was started with cannot be read any more",
        detail=f"{file} is not kept, or not whole. Nothing was changed.",
        next_step="holdfast ledger verify",
    )


def _called(run: str, parent: str) -> Problem:
    caller = parent.partition("/")[0]
    return Problem(
        code="app.called-run",
        summary=f"{run} cannot be started again by itself",
        detail=f"{parent} called it and waits for it. Nothing was started.",
        next_step=f"holdfast run --again {caller}",
    )

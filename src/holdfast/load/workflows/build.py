"""From a checked tree to the classes of a workflow."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.declare import (
    Call,
    ClaimWanted,
    Concurrency,
    Defaults,
    Input,
    Job,
    Retry,
    Schedule,
    Step,
    Storm,
    Strategy,
    Trigger,
    Workflow,
    seconds_of,
)
from holdfast.expressions import ExpressionError
from holdfast.expressions.check import asks_for_status
from holdfast.load.workflows import ids
from holdfast.load.workflows.check import Checker
from holdfast.load.workflows.tree import Items, Pairs, Text, Tree
from holdfast.problems import Place

_OWN_TRIGGERS = frozenset({"schedule", "workflow_dispatch", "workflow_call"})
_USES = re.compile(r"[^/@\s$]+/[^@\s]+@\S+")
_IMAGE = "docker://"
_GROUP_PREFIXES = ("org", "organization", "ent", "enterprise")


@dataclass(slots=True)
class Builder:
    """Makes one workflow of one file; what cannot be is a fault of ``checker``."""

    file: str
    tree: Pairs
    plain: Mapping[str, Any]
    checker: Checker
    call: Callable[[str, Place], Workflow | None] = field(
        default=lambda _uses, _at: None
    )
    """Reads the workflow a job calls; ``None`` when it is not to be read."""

    def workflow(self) -> Workflow:
        """The whole."""
        plain = self.plain
        started = _pairs(self.tree.get("on"))
        return Workflow(
            file=self.file,
            name=plain.get("name") or _stem(self.file),
            description=plain.get("description") or "",
            run_name=plain.get("run-name"),
            owner=plain.get("owner") or "",
            triggers=self._triggers(),
            schedules=self._schedules(started.get("schedule")),
            dispatch=self._dispatch(),
            call=self._call_of(),
            env=plain.get("env") or {},
            defaults=_defaults(plain.get("defaults")),
            concurrency=_concurrency(plain.get("concurrency")),
            permissions=_permissions(plain.get("permissions")),
            autonomy=plain.get("autonomy") or "act",
            limits=self._limits(),
            claims=_claims(plain.get("claims")),
            jobs=self._jobs(),
        )

    # --- what starts it ------------------------------------------------------------

    def _events(self) -> dict[str, Any]:
        written = self.plain.get("on")
        if isinstance(written, str):
            return {written: None}
        if isinstance(written, list):
            return dict.fromkeys(written)
        return dict(written or {})

    def _triggers(self) -> tuple[Trigger, ...]:
        places = {key.text: key.place for key, _ in _each(self.tree.get("on"))}
        return tuple(
            Trigger(
                event=name,
                options=_options(name, written),
                place=places.get(name, self.tree.place),
            )
            for name, written in self._events().items()
            if name not in _OWN_TRIGGERS
        )

    def _schedules(self, tree: Tree | None) -> tuple[Schedule, ...]:
        written = self._events().get("schedule") or []
        items = tree.items if isinstance(tree, Items) else ()
        return tuple(
            Schedule(
                cron=one["cron"],
                timezone=one.get("timezone") or "UTC",
                catch_up=one.get("catch_up") or "last",
                not_after=self._seconds(one.get("not_after"), item, "not_after"),
                overlap=one.get("overlap") or "skip",
                place=item.place,
            )
            for one, item in zip(written, items, strict=False)
        )

    def _dispatch(self) -> tuple[Input, ...] | None:
        events = self._events()
        if "workflow_dispatch" not in events:
            return None
        written = (events["workflow_dispatch"] or {}).get("inputs") or {}
        return tuple(_input(name, one or {}) for name, one in written.items())

    def _call_of(self) -> Call | None:
        events = self._events()
        if "workflow_call" not in events:
            return None
        told = events["workflow_call"] or {}
        return Call(
            inputs=tuple(
                _input(name, one or {})
                for name, one in (told.get("inputs") or {}).items()
            ),
            secrets={
                name: bool((one or {}).get("required"))
                for name, one in (told.get("secrets") or {}).items()
            },
            outputs={
                name: one.get("value")
                for name, one in (told.get("outputs") or {}).items()
            },
        )

    def _limits(self) -> Storm | None:
        written = self.plain.get("limits")
        if written is None:
            return None
        tree = self.tree.get("limits")
        times = ("once_within", "once_after", "accumulate_within", "within")
        made = {
            name: self._seconds(value, tree, name) if name in times else value
            for name, value in written.items()
        }
        if "max_fail_percentage" in made:
            made["max_fail_percentage"] = int(
                str(made["max_fail_percentage"]).rstrip("% ") or 0
            )
        known: dict[str, Any] = {k: v for k, v in made.items() if v is not None}
        return Storm(**known)

    def _seconds(self, written: Any, tree: Tree | None, key: str) -> int | None:
        if written is None:
            return None
        try:
            return seconds_of(str(written))
        except ValueError as error:
            at = tree.get(key) if isinstance(tree, Pairs) else None
            self.checker.fault((at or tree or self.tree).place, str(error))
            return None

    # --- jobs -----------------------------------------------------------------------

    def _jobs(self) -> tuple[Job, ...]:
        tree = self.tree.get("jobs")
        written = self.plain.get("jobs") or {}
        jobs = []
        for key, value in _each(tree):
            told = written.get(key.text)
            wrong = ids.fault_of_id(key.text)
            if wrong:
                self.checker.fault(key.place, wrong)
            if isinstance(told, Mapping) and isinstance(value, Pairs):
                jobs.append(self._job(key, told, value))
        if tree is not None:
            self._check_needs(tree, jobs)
        return tuple(jobs)

    def _job(self, key: Text, told: Mapping[str, Any], tree: Pairs) -> Job:
        strategy = told.get("strategy") or {}
        self._check_group(tree)
        self._check_images(told, tree)
        uses = told.get("uses") or ""
        uses_at = tree.get("uses")
        return Job(
            id=key.text,
            place=key.place,
            name=told.get("name"),
            needs=_listed(told.get("needs")),
            condition=condition_of(told.get("if")),
            runs_on=told.get("runs-on"),
            environment=told.get("environment"),
            strategy=Strategy(
                matrix=_or(strategy, "matrix", default=None),
                fail_fast=_or(strategy, "fail-fast", default=True),
                max_parallel=_or(strategy, "max-parallel", default=None),
            ),
            outputs=told.get("outputs") or {},
            env=told.get("env") or {},
            defaults=_defaults(told.get("defaults")),
            concurrency=_concurrency(told.get("concurrency")),
            permissions=_permissions(told.get("permissions")),
            container=told.get("container"),
            services=told.get("services"),
            timeout_minutes=told.get("timeout-minutes", 360),
            continue_on_error=told.get("continue-on-error", False),
            claims=_claims(told.get("claims")),
            steps=self.steps(told.get("steps") or [], tree.get("steps")),
            uses=uses,
            with_=told.get("with") or {},
            secrets=told.get("secrets") or {},
            calls=self.call(uses, uses_at.place) if uses and uses_at else None,
        )

    def _check_needs(self, tree: Tree, jobs: list[Job]) -> None:
        """Needs that are no jobs, cycles, and nobody who could begin."""
        names = {job.id for job in jobs}
        known = len(self.checker.faults)
        if jobs and all(job.needs for job in jobs):
            first = next((key for key, _ in _each(tree)), None)
            message = "The workflow must contain at least one job with no dependencies."
            self.checker.fault(first.place if first else tree.place, message)
            return
        for job in jobs:
            for need in job.needs:
                if need not in names:
                    at = self._need_at(job.id, need)
                    message = f"Job '{job.id}' depends on unknown job '{need}'."
                    self.checker.fault(at, message)
        if len(self.checker.faults) == known:
            self._check_cycles(jobs)

    def _check_cycles(self, jobs: list[Job]) -> None:
        free: set[str] = set()
        while True:
            more = {j.id for j in jobs if j.id not in free and set(j.needs) <= free}
            if not more:
                break
            free |= more
        caught = [job for job in jobs if job.id not in free]
        for job in caught:
            for need in job.needs:
                if need not in free:
                    message = (
                        f"Job '{job.id}' depends on job '{need}' which creates a cycle in "
                        "the dependency graph."
                    )
                    self.checker.fault(self._need_at(job.id, need), message)

    def _need_at(self, job: str, need: str) -> Place:
        jobs = self.tree.get("jobs")
        tree = jobs.get(job) if isinstance(jobs, Pairs) else None
        needs = tree.get("needs") if isinstance(tree, Pairs) else None
        every = needs.items if isinstance(needs, Items) else (needs,)
        for one in every:
            if isinstance(one, Text) and one.text == need:
                return one.place
        return self.tree.place

    def _check_group(self, tree: Pairs) -> None:
        runs_on = tree.get("runs-on")
        group = runs_on.get("group") if isinstance(runs_on, Pairs) else None
        if not isinstance(group, Text) or "/" not in group.text or "${{" in group.text:
            return
        prefix, _, name = group.text.partition("/")
        if not name:
            self.checker.fault(
                group.place, f"Invalid runs-on group name '{group.text}'."
            )
        elif prefix not in _GROUP_PREFIXES or "/" in name:
            self.checker.fault(
                group.place,
                f"Invalid runs-on group name '{group.text}'. Please use 'organization/' or "
                "'enterprise/' prefix to target a single runner group.",
            )

    def _check_images(self, told: Mapping[str, Any], tree: Pairs) -> None:
        container = told.get("container")
        at = tree.get("container")
        if container is not None and at is not None:
            self._check_image(container, at)
        services = tree.get("services")
        for key, value in _each(services):
            inner = (told.get("services") or {}).get(key.text)
            if isinstance(inner, Mapping):
                self._check_image(inner, value)

    def _check_image(self, container: Any, tree: Tree) -> None:
        if isinstance(container, Mapping) and not container.get("image"):
            self.checker.fault(tree.place, "Container image cannot be empty")

    # --- steps --------------------------------------------------------------------------

    def steps(self, told: list[Any], tree: Tree | None) -> tuple[Step, ...]:
        """Steps of a job or an action, with the names nobody wrote."""
        items = tree.items if isinstance(tree, Items) else ()
        taken: set[str] = set()
        pairs = [(one, at) for one, at in zip(told, items, strict=False) if one]
        for one, at in pairs:
            self._take_id(one.get("id"), at, taken)
        return tuple(self._step(one, at, taken) for one, at in pairs)

    def _take_id(self, name: str | None, tree: Tree, taken: set[str]) -> None:
        if name is None or not isinstance(tree, Pairs):
            return
        place = (tree.get("id") or tree).place
        wrong = ids.fault_of_id(name)
        if wrong:
            self.checker.fault(place, wrong)
        elif name.lower() in taken:
            self.checker.fault(place, ids.repeated(name))
        taken.add(name.lower())

    def _step(self, told: Mapping[str, Any], tree: Tree, taken: set[str]) -> Step:
        uses = told.get("uses") or ""
        if uses and isinstance(tree, Pairs):
            self._check_uses(uses, (tree.get("uses") or tree).place)
        waiting = next((w for w in ("wait", "wait-all", "cancel") if w in told), "")
        return Step(
            id=told.get("id") or ids.made(_stem_of(told, waiting), taken),
            place=tree.place,
            name=told.get("name") or _WAITS.get(waiting),
            condition=condition_of(told.get("if")),
            run=told.get("run"),
            uses=uses,
            with_=told.get("with") or {},
            env=told.get("env") or {},
            shell=told.get("shell"),
            working_directory=told.get("working-directory"),
            continue_on_error=told.get("continue-on-error", False),
            timeout_minutes=told.get("timeout-minutes"),
            check=told.get("check"),
            undo=told.get("undo"),
            retry=self._retry(told.get("retry"), tree),
            idempotent=bool(told.get("idempotent")),
            cancel_signal=told.get("cancel-signal") or "TERM",
            background=bool(told.get("background")),
            manual=told.get("manual") or "",
            by=_listed(told.get("by")),
            fields=tuple(
                _input(name, one or {})
                for name, one in (told.get("fields") or {}).items()
            ),
            waits=tuple(_listed(told.get("wait"))),
            waits_for_all="wait-all" in told,
            cancels=told.get("cancel") or "",
        )

    def _check_uses(self, uses: str, place: Place) -> None:
        if uses.startswith("./"):
            return
        image = uses.startswith(_IMAGE)
        named = _USES.fullmatch(uses) and not uses.startswith((".", "$"))
        if (
            not image
            and not (named and "://" not in uses)
            and not uses.startswith(OURS)
        ):
            message = f"Expected format {{org}}/{{repo}}[/path]@ref. Actual '{uses}'"
            self.checker.fault(place, message)

    def _retry(self, written: Any, tree: Tree) -> Retry:
        if written is None:
            return Retry()
        if isinstance(written, (int, float)):
            return Retry(int(written))
        at = tree.get("retry") if isinstance(tree, Pairs) else None
        return Retry(
            attempts=int(written.get("attempts", 1)),
            delay=self._seconds(written.get("delay"), at, "delay") or 0,
            backoff=float(written.get("backoff", 1)),
        )


OURS = "holdfast/"
_WAITS = {"wait": "Wait", "wait-all": "Wait for all", "cancel": "Cancel"}


def condition_of(written: Any) -> str:
    """A condition as a bare expression, with the ``success()`` nobody wrote."""
    text = bare(written)
    if not text:
        return "success()"
    try:
        asks = asks_for_status(text)
    except ExpressionError:
        return text
    return text if asks else f"success() && ({text})"


def bare(written: Any) -> str:
    """An expression without the marks around it; empty for none."""
    text = "" if written is None else str(written).strip()
    if text.startswith("${{") and text.endswith("}}"):
        return text[3:-2].strip()
    return text


def _options(event: str, written: Any) -> Mapping[str, Any]:
    """A trigger's keys, its lists as lists also when one word was written."""
    if isinstance(written, str):
        return {"hook": written} if event == "webhook" else {}
    plain = {"match", "type", "source", "hook", "timeout", "all", "any", "not_all"}
    return {
        key: value
        if key in plain or isinstance(value, Mapping)
        else list(_listed(value))
        for key, value in (written or {}).items()
    }


def _input(name: str, told: Mapping[str, Any]) -> Input:
    return Input(
        name=name,
        type=told.get("type") or "string",
        description=told.get("description") or "",
        required=bool(told.get("required")),
        default=told.get("default"),
        options=tuple(told.get("options") or ()),
    )


def _defaults(written: Any) -> Defaults:
    run = (written or {}).get("run") or {}
    return Defaults(run.get("shell"), run.get("working-directory"))


def _concurrency(written: Any) -> Concurrency | None:
    if written is None:
        return None
    if not isinstance(written, Mapping):
        return Concurrency(written)
    return Concurrency(
        written.get("group"),
        written.get("cancel-in-progress", False),
        written.get("queue") or "single",
    )


def _permissions(written: Any) -> Mapping[str, str] | None:
    return {"*": written} if isinstance(written, str) else written


def _claims(written: Any) -> tuple[ClaimWanted, ...]:
    return tuple(
        ClaimWanted(one)
        if isinstance(one, str)
        else ClaimWanted(
            one["claim"], bool(one.get("shared")), one.get("otherwise") or "wait"
        )
        for one in written or ()
        if one
    )


def _or(written: Any, key: str, *, default: Any) -> Any:
    """A key of a mapping; of a text, which is an expression, there are none."""
    return written.get(key, default) if isinstance(written, Mapping) else default


def _listed(written: Any) -> tuple[str, ...]:
    if written is None:
        return ()
    return tuple(written) if isinstance(written, (list, tuple)) else (written,)


def _each(tree: Tree | None) -> tuple[tuple[Text, Tree], ...]:
    return tree.pairs if isinstance(tree, Pairs) else ()


def _pairs(tree: Tree | None) -> Pairs:
    return tree if isinstance(tree, Pairs) else Pairs(Place("", 1, 1), ())


def _stem(file: str) -> str:
    """What a workflow without a name is called: its file, as GitHub does."""
    return file


def _stem_of(told: Mapping[str, Any], waiting: str) -> str:
    if waiting:
        return waiting
    if told.get("manual"):
        return "manual"
    uses = str(told.get("uses") or "")
    if not uses:
        return "run"
    return (
        uses.removeprefix(_IMAGE) if uses.startswith(_IMAGE) else uses.partition("@")[0]
    )

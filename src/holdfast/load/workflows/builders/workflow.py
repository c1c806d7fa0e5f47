"""The whole of a workflow."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Workflow
from holdfast.load.workflows.builders.inputs import build_call, build_dispatch
from holdfast.load.workflows.builders.jobs import ReadCalled, build_jobs
from holdfast.load.workflows.builders.limits import build_limits
from holdfast.load.workflows.builders.settings import (
    build_claims,
    build_concurrency,
    build_defaults,
    build_permissions,
)
from holdfast.load.workflows.builders.triggers import (
    build_schedules,
    build_triggers,
    events_of,
)
from holdfast.load.workflows.check import Fault
from holdfast.load.workflows.tree import Pairs


def build_workflow(
    tree: Pairs,
    plain: Mapping[str, Any],
    read_called: ReadCalled,
    faults: list[Fault],
) -> Workflow:
    """
    The workflow of a file that fits the grammar.

    ``plain`` are the values of ``tree``. What the grammar cannot tell, such as a need
    that is no job, is added to ``faults``. One without a name has that of its file, as
    on GitHub.
    """
    events, on = events_of(plain.get("on")), tree.get("on")
    file = tree.place.file
    return Workflow(
        file=file,
        name=plain.get("name") or file,
        description=plain.get("description") or "",
        run_name=plain.get("run-name"),
        owner=plain.get("owner") or "",
        triggers=build_triggers(events, on, tree.place),
        schedules=build_schedules(events, on, faults),
        dispatch=build_dispatch(events, on, faults),
        call=build_call(events),
        env=plain.get("env") or {},
        defaults=build_defaults(plain.get("defaults")),
        concurrency=build_concurrency(plain.get("concurrency")),
        permissions=build_permissions(plain.get("permissions")),
        autonomy=plain.get("autonomy") or "act",
        limits=build_limits(plain.get("limits"), tree.get("limits"), faults),
        claims=build_claims(plain.get("claims")),
        jobs=build_jobs(plain.get("jobs"), tree.get("jobs"), read_called, faults),
    )

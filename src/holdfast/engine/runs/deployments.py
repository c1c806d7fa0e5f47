"""What a job deployed to its environment, unless it says that it does not. Pure."""

from collections.abc import Mapping
from typing import Any

from holdfast.declare import Job
from holdfast.engine.runs.hidden import rests_on_hidden, seen_in
from holdfast.engine.runs.job_contexts import environment_of
from holdfast.engine.runs.job_state import Stand
from holdfast.expressions import is_truthy
from holdfast.expressions.coerce import to_text
from holdfast.plan import filled


def deployment_of(
    job: Job, contexts: Mapping[str, Any], stand: Stand
) -> Mapping[str, str]:
    """
    ``environment`` and, where it is known, ``url`` of what a job deployed.

    Empty for a job without an environment, and with ``deployment: false``, which uses its
    rules only. A URL that holds a secret is left out. Raises ``ExpressionError``.
    """
    written = job.environment
    name = environment_of(job, contexts)
    if not name:
        return {}
    if not isinstance(written, Mapping):
        return {"environment": name}
    if not is_truthy(filled(written.get("deployment", True), contexts)):
        return {}

    def url(seen: Stand) -> str:
        return to_text(filled(written.get("url"), seen_in(contexts, seen)))

    known = "" if rests_on_hidden(url, stand) else url(stand)
    return {"environment": name, **({"url": known} if known else {})}

"""What Holdfast adds to GitHub's grammar: triggers, keys of workflows, jobs and steps."""

from holdfast.load.workflows.grammar import contexts, steps
from holdfast.load.workflows.grammar.events import GITHUB_EVENTS, SCHEDULE
from holdfast.load.workflows.grammar.inputs import (
    DISPATCH_INPUT,
    INPUT_TYPES,
    dispatch,
)
from holdfast.load.workflows.grammar.notation import (
    FILLED,
    filled,
    key,
    maybe,
    one_or_more,
    required,
    words,
)
from holdfast.load.workflows.grammar.shapes import (
    Anything,
    Boolean,
    Keys,
    Number,
    OneOf,
    Sequence,
    Shape,
)

# --- what starts a workflow -----------------------------------------------------------

_SCHEDULE = {
    **SCHEDULE,
    "catch_up": key(words("skip", "last", "all", "ask")),
    "not_after": key(FILLED),
    "overlap": key(words("skip", "queue", "cancel-running", "allow")),
}
_MATCH = key(maybe(Keys(others=Anything())))
_FILTER = {
    "type": key(one_or_more(FILLED)),
    "source": key(one_or_more(FILLED)),
    "action": key(one_or_more(FILLED)),
    "subject": key(one_or_more(FILLED)),
    "match": _MATCH,
}
_SEVERAL = key(Sequence(Keys(_FILTER)))
_EVENT = Keys(
    {
        **_FILTER,
        "all": _SEVERAL,
        "any": _SEVERAL,
        "not_all": _SEVERAL,
        "timeout": key(FILLED),
    }
)
_ALERT = Keys(
    {
        "match": _MATCH,
        "source": key(one_or_more(FILLED)),
        "types": key(one_or_more(words("firing", "resolved"))),
    }
)
_DRIFT = Keys(
    {
        "config": key(one_or_more(FILLED)),
        "environment": key(one_or_more(FILLED)),
        "host": key(one_or_more(FILLED)),
        "match": _MATCH,
        "types": key(one_or_more(words("found", "resolved"))),
    }
)
_WEBHOOK = Keys(
    {
        "hook": required(FILLED),
        "match": _MATCH,
        "types": key(one_or_more(FILLED)),
    }
)
_ENDS = words("succeeded", "failed", "cancelled", "rejected", "expired", "skipped")
_RUN = Keys(
    {
        "workflow": required(one_or_more(FILLED)),
        "states": key(one_or_more(_ENDS)),
        "match": _MATCH,
    }
)
_INPUT = Keys({**DISPATCH_INPUT.keys, "type": key(words(*INPUT_TYPES, "host"))})

EVENTS: dict[str, Shape] = {
    **GITHUB_EVENTS,
    "schedule": Sequence(Keys(_SCHEDULE)),
    "alert": maybe(_ALERT),
    "drift": maybe(_DRIFT),
    "event": _EVENT,
    "webhook": OneOf((FILLED, _WEBHOOK)),
    "run": _RUN,
    "workflow_dispatch": dispatch(maybe(_INPUT)),
}
"""GitHub's, and those of Holdfast."""

# --- steps ------------------------------------------------------------------------------

_RETRY = Keys(
    {"attempts": key(Number()), "delay": key(FILLED), "backoff": key(Number())}
)
_STEP = {
    "check": key(filled(contexts.STEP)),
    "undo": key(filled(contexts.STEP)),
    "retry": key(OneOf((Number(), _RETRY))),
    "idempotent": key(Boolean()),
    "cancel-signal": key(words("INT", "TERM", "HUP", "QUIT", "USR1", "USR2")),
}
_LOOSE_WITH = {
    "with": key(Keys(others=Anything(contexts.STEP), contexts=contexts.STEP))
}
_MANUAL = {
    **steps.NAMING,
    "manual": required(filled(contexts.MANUAL)),
    "by": key(one_or_more(FILLED)),
    "fields": key(Keys(others=maybe(_INPUT))),
    **steps.ENDING,
}

STEPS = required(
    steps.steps(
        {**steps.RUN, **_STEP},
        {**steps.USES, **_LOOSE_WITH, **_STEP},
        _MANUAL,
    )
)

# --- workflows and jobs -----------------------------------------------------------------

_CLAIM = Keys(
    {
        "claim": required(filled(contexts.JOB)),
        "shared": key(Boolean()),
        "otherwise": key(words("wait", "skip", "fail")),
    }
)
CLAIMS = key(Sequence(OneOf((filled(contexts.JOB), _CLAIM))))
_LIMITS = Keys(
    {
        "once_within": key(FILLED),
        "once_after": key(FILLED),
        "accumulate_within": key(FILLED),
        "threshold": key(Number()),
        "per": key(filled(contexts.THRESHOLD)),
        "attempts": key(Number()),
        "within": key(FILLED),
        "max_targets": key(Number()),
        "max_share": key(OneOf((Number(), FILLED))),
        "max_fail_percentage": key(OneOf((Number(), FILLED))),
    }
)

WORKFLOW = {
    "owner": key(FILLED),
    "autonomy": key(words("observe", "propose", "act")),
    "limits": key(_LIMITS),
    "claims": CLAIMS,
}
"""Keys of a workflow."""

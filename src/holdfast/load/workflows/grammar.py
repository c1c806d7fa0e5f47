"""
GitHub's grammar of workflows as data, and what Holdfast adds to it.

Keys, and the contexts each place may use, are those of GitHub's documentation.
"""

from holdfast.load.workflows.shapes import (
    Anything,
    Boolean,
    Contexts,
    Key,
    Keys,
    Nothing,
    Number,
    OneOf,
    Sequence,
    Shape,
    String,
)

# --- which contexts are there, place by place ---------------------------------------

_STATUS = ("always()", "cancelled()", "success()", "failure()")
_RUN: tuple[str, ...] = ("github", "event", "inputs", "vars")
_ENV: tuple[str, ...] = (*_RUN, "secrets")
_NEEDS: tuple[str, ...] = (*_RUN, "needs")
_JOB: tuple[str, ...] = (*_NEEDS, "strategy", "matrix")
_JOB_ENV: tuple[str, ...] = (*_JOB, "secrets")
_JOB_DEFAULTS: tuple[str, ...] = (*_JOB, "env")
_OUTPUTS: tuple[str, ...] = (*_JOB, "job", "runner", "env", "secrets", "steps")
_INSIDE: tuple[str, ...] = (*_JOB, "job", "runner", "env", "secrets")
_STEP: tuple[str, ...] = (*_OUTPUTS, "hashFiles()")
_STEP_IF: tuple[str, ...] = (
    *_JOB,
    "job",
    "runner",
    "env",
    "steps",
    "hashFiles()",
    *_STATUS,
)
_JOB_IF: tuple[str, ...] = (*_NEEDS, *_STATUS)
_URL: tuple[str, ...] = (*_JOB, "job", "runner", "env", "steps")

# --- small parts ---------------------------------------------------------------------

_TEXT = String()
_FILLED = String(filled=True)
_NOTHING = Nothing()


def _words(*words: str) -> String:
    return String(words=frozenset(words))


def _key(shape: Shape) -> Key:
    return Key(shape)


def _must(shape: Shape) -> Key:
    return Key(shape, required=True)


def _one_or_more(item: Shape) -> Shape:
    return OneOf((item, Sequence(item)))


def _texts(contexts: Contexts = None) -> Shape:
    return Sequence(String(contexts, filled=True), contexts)


def _flag(contexts: Contexts = None) -> Shape:
    return Boolean(contexts)


def _named(contexts: Contexts) -> Keys:
    """Names with texts, like ``env``."""
    return Keys(others=String(contexts), contexts=contexts)


# --- what starts a workflow ----------------------------------------------------------

_TYPES = _one_or_more(_FILLED)


def _typed(*words: str) -> Shape:
    return OneOf((_NOTHING, Keys({"types": _key(_one_or_more(_words(*words)))})))


_FILTERS = {
    name: _key(_one_or_more(_FILLED))
    for name in ("branches", "branches-ignore", "paths", "paths-ignore")
}
_TAGS = {name: _key(_one_or_more(_FILLED)) for name in ("tags", "tags-ignore")}
_PULL = (
    "assigned",
    "unassigned",
    "labeled",
    "unlabeled",
    "opened",
    "edited",
    "closed",
    "reopened",
    "synchronize",
    "converted_to_draft",
    "ready_for_review",
    "locked",
    "unlocked",
    "milestoned",
    "demilestoned",
    "review_requested",
    "review_request_removed",
    "auto_merge_enabled",
    "auto_merge_disabled",
    "enqueued",
    "dequeued",
    "stacked",
)
_EDITS = ("created", "edited", "deleted")
_ISSUES = (
    "opened",
    "edited",
    "deleted",
    "transferred",
    "pinned",
    "unpinned",
    "closed",
    "reopened",
    "assigned",
    "unassigned",
    "labeled",
    "unlabeled",
    "locked",
    "unlocked",
    "milestoned",
    "demilestoned",
    "typed",
    "untyped",
    "field_added",
    "field_removed",
)
_DISCUSSIONS = (
    "created",
    "edited",
    "deleted",
    "transferred",
    "pinned",
    "unpinned",
    "labeled",
    "unlabeled",
    "locked",
    "unlocked",
    "category_changed",
    "answered",
    "unanswered",
)
_BOARD = ("created", "closed", "reopened", "edited", "deleted")


def _pull_request() -> Shape:
    kinds = {"types": _key(_one_or_more(_words(*_PULL)))}
    return OneOf((_NOTHING, Keys({**_FILTERS, **kinds})))


_INPUT_SORTS = ("string", "boolean", "number", "choice", "environment")
_DISPATCH_INPUT = Keys(
    {
        "description": _key(_TEXT),
        "type": _key(_words(*_INPUT_SORTS)),
        "required": _key(_flag()),
        "default": _key(OneOf((Boolean(), Number(), _TEXT))),
        "options": _key(Sequence(_FILLED)),
        "deprecationMessage": _key(_TEXT),
    }
)
_CALL_INPUT = Keys(
    {
        "description": _key(_TEXT),
        "type": _must(_words("boolean", "number", "string")),
        "required": _key(_flag()),
        "default": _key(OneOf((Boolean(_RUN), Number(_RUN), String(_RUN)))),
    }
)
_CALL_SECRET = Keys({"description": _key(_TEXT), "required": _key(_flag())})
_CALL_OUTPUT = Keys(
    {
        "description": _key(_TEXT),
        "value": _must(String(("github", "event", "jobs", "vars", "inputs"))),
    }
)
_CALL = Keys(
    {
        "inputs": _key(OneOf((_NOTHING, Keys(others=OneOf((_NOTHING, _CALL_INPUT)))))),
        "secrets": _key(
            OneOf((_NOTHING, Keys(others=OneOf((_NOTHING, _CALL_SECRET)))))
        ),
        "outputs": _key(OneOf((_NOTHING, Keys(others=_CALL_OUTPUT)))),
    }
)
_SCHEDULE = {"cron": _must(_FILLED), "timezone": _key(_FILLED)}
_OUR_SCHEDULE = {
    **_SCHEDULE,
    "catch_up": _key(_words("skip", "last", "all", "ask")),
    "not_after": _key(_FILLED),
    "overlap": _key(_words("skip", "queue", "cancel-running", "allow")),
}
_NO_CHOICE = OneOf((_NOTHING, Keys()))

GITHUB_EVENTS: dict[str, Shape] = {
    "branch_protection_rule": _typed(*_EDITS),
    "check_run": _typed("created", "completed", "requested_action", "rerequested"),
    "check_suite": _typed("completed", "requested", "rerequested"),
    "create": _NO_CHOICE,
    "delete": _NO_CHOICE,
    "deployment": _NO_CHOICE,
    "deployment_status": _NO_CHOICE,
    "discussion": _typed(*_DISCUSSIONS),
    "discussion_comment": _typed(*_EDITS),
    "fork": _NO_CHOICE,
    "gollum": _NO_CHOICE,
    "image_version": OneOf(
        (
            _NOTHING,
            Keys(
                {
                    "types": _key(_TYPES),
                    "names": _key(_one_or_more(_FILLED)),
                    "versions": _key(_one_or_more(_FILLED)),
                }
            ),
        )
    ),
    "issue_comment": _typed(*_EDITS),
    "issues": _typed(*_ISSUES),
    "label": _typed(*_EDITS),
    "merge_group": OneOf(
        (
            _NOTHING,
            Keys(
                {
                    "branches": _FILTERS["branches"],
                    "branches-ignore": _FILTERS["branches-ignore"],
                    "types": _key(_one_or_more(_words("checks_requested"))),
                }
            ),
        )
    ),
    "milestone": _typed("created", "closed", "opened", "edited", "deleted"),
    "page_build": _NO_CHOICE,
    "project": _typed(*_BOARD),
    "project_card": _typed("created", "moved", "converted", "edited", "deleted"),
    "project_column": _typed("created", "updated", "moved", "deleted"),
    "public": _NO_CHOICE,
    "pull_request": _pull_request(),
    "pull_request_comment": _typed(*_EDITS),
    "pull_request_review": _typed("submitted", "edited", "dismissed"),
    "pull_request_review_comment": _typed(*_EDITS),
    "pull_request_target": _pull_request(),
    "push": OneOf((_NOTHING, Keys({**_FILTERS, **_TAGS}))),
    "registry_package": _typed("published", "updated"),
    "release": _typed(
        "published",
        "unpublished",
        "created",
        "edited",
        "deleted",
        "prereleased",
        "released",
    ),
    "repository_dispatch": OneOf((_NOTHING, Keys({"types": _key(_TYPES)}))),
    "schedule": Sequence(Keys(_SCHEDULE)),
    "status": _NO_CHOICE,
    "watch": _typed("started"),
    "workflow_call": OneOf((_NOTHING, _CALL)),
    "workflow_dispatch": OneOf(
        (
            _NOTHING,
            Keys({"inputs": _key(OneOf((_NOTHING, Keys(others=_DISPATCH_INPUT))))}),
        )
    ),
    "workflow_run": OneOf(
        (
            _NOTHING,
            Keys(
                {
                    "workflows": _key(_one_or_more(_FILLED)),
                    "branches": _FILTERS["branches"],
                    "branches-ignore": _FILTERS["branches-ignore"],
                    "types": _key(
                        _one_or_more(_words("requested", "completed", "in_progress"))
                    ),
                }
            ),
        )
    ),
}

_MATCH = OneOf((_NOTHING, Keys(others=Anything())))
_FILTER = {
    "type": _key(_one_or_more(_FILLED)),
    "source": _key(_one_or_more(_FILLED)),
    "action": _key(_one_or_more(_FILLED)),
    "subject": _key(_one_or_more(_FILLED)),
    "match": _key(_MATCH),
}
_SEVERAL = _key(Sequence(Keys(_FILTER)))
_EVENT = Keys(
    {
        **_FILTER,
        "all": _SEVERAL,
        "any": _SEVERAL,
        "not_all": _SEVERAL,
        "timeout": _key(_FILLED),
    }
)
_ALERT = Keys(
    {
        "match": _key(_MATCH),
        "source": _key(_one_or_more(_FILLED)),
        "types": _key(_one_or_more(_words("firing", "resolved"))),
    }
)
_DRIFT = Keys(
    {
        "config": _key(_one_or_more(_FILLED)),
        "environment": _key(_one_or_more(_FILLED)),
        "host": _key(_one_or_more(_FILLED)),
        "match": _key(_MATCH),
        "types": _key(_one_or_more(_words("found", "resolved"))),
    }
)
_WEBHOOK = Keys(
    {
        "hook": _must(_FILLED),
        "match": _key(_MATCH),
        "types": _key(_one_or_more(_FILLED)),
    }
)
_ENDS = _words("succeeded", "failed", "cancelled", "rejected", "expired", "skipped")
_RUN_ENDED = Keys(
    {
        "workflow": _must(_one_or_more(_FILLED)),
        "states": _key(_one_or_more(_ENDS)),
        "match": _key(_MATCH),
    }
)
_OUR_INPUT = Keys({**_DISPATCH_INPUT.keys, "type": _key(_words(*_INPUT_SORTS, "host"))})
OUR_EVENTS: dict[str, Shape] = {
    **GITHUB_EVENTS,
    "schedule": Sequence(Keys(_OUR_SCHEDULE)),
    "alert": OneOf((_NOTHING, _ALERT)),
    "drift": OneOf((_NOTHING, _DRIFT)),
    "event": _EVENT,
    "webhook": OneOf((_FILLED, _WEBHOOK)),
    "run": _RUN_ENDED,
    "workflow_dispatch": OneOf(
        (
            _NOTHING,
            Keys(
                {
                    "inputs": _key(
                        OneOf(
                            (
                                _NOTHING,
                                Keys(others=OneOf((_NOTHING, _OUR_INPUT))),
                            )
                        )
                    )
                }
            ),
        )
    ),
}


def _on(events: dict[str, Shape]) -> Shape:
    names = _words(*events)
    keys = {name: _key(shape) for name, shape in events.items()}
    return OneOf((names, Sequence(names), Keys(keys)))


# --- parts of workflows and jobs --------------------------------------------------------

SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
)
_LEVEL = _words("read", "write", "none")
_WRITE_ONLY = _words("write", "none")
_PERMISSIONS = OneOf(
    (
        _words("read-all", "write-all"),
        Keys(
            {
                **{name: _key(_LEVEL) for name in SCOPES},
                "id-token": _key(_WRITE_ONLY),
                "models": _key(_words("read", "none")),
            }
        ),
        _NOTHING,
    )
)


def _concurrency(contexts: Contexts) -> Shape:
    return OneOf(
        (
            String(contexts, filled=True),
            Keys(
                {
                    "group": _must(String(contexts, filled=True)),
                    "cancel-in-progress": _key(_flag(contexts)),
                    "queue": _key(_words("single", "max")),
                }
            ),
        )
    )


def _defaults(contexts: Contexts) -> Shape:
    run = Keys(
        {
            "shell": _key(String(contexts, filled=True)),
            "working-directory": _key(String(contexts, filled=True)),
        }
    )
    return Keys({"run": _key(run)})


_CREDENTIALS = Keys(
    {"username": _key(String(_INSIDE)), "password": _key(String(_INSIDE))},
    contexts=_INSIDE,
)
_CONTAINER_KEYS = {
    "image": _key(String(_JOB)),
    "options": _key(String(_JOB, filled=True)),
    "env": _key(_named(_INSIDE)),
    "ports": _key(_texts(_JOB)),
    "volumes": _key(_texts(_JOB)),
    "credentials": _key(_CREDENTIALS),
}
_CONTAINER = OneOf((String(_JOB), Keys(_CONTAINER_KEYS)))
_SERVICE_KEYS = {
    **_CONTAINER_KEYS,
    "command": _key(String(_JOB, filled=True)),
    "entrypoint": _key(String(_JOB, filled=True)),
}
_SERVICES = Keys(
    others=OneOf((String(_JOB, filled=True), Keys(_SERVICE_KEYS))), contexts=_JOB
)
_MATRIX_ROWS = Sequence(Keys(others=Anything(_NEEDS), contexts=_NEEDS), _NEEDS)
_STRATEGY = Keys(
    {
        "fail-fast": _key(_flag(_NEEDS)),
        "max-parallel": _key(Number(_NEEDS)),
        "matrix": _key(
            Keys(
                {
                    "include": _key(_MATRIX_ROWS),
                    "exclude": _key(_MATRIX_ROWS),
                },
                others=Sequence(Anything(_NEEDS), _NEEDS),
                contexts=_NEEDS,
            )
        ),
    },
    contexts=_NEEDS,
)
_RUNS_ON = OneOf(
    (
        String(_JOB, filled=True),
        Sequence(String(_JOB, filled=True), _JOB),
        Keys(
            {
                "group": _key(String(_JOB, filled=True)),
                "labels": _key(
                    OneOf((String(_JOB, filled=True), Sequence(String(_JOB), _JOB)))
                ),
            },
            contexts=_JOB,
        ),
    )
)
_ENVIRONMENT = OneOf(
    (
        String(_JOB),
        Keys(
            {
                "name": _must(String(_JOB, filled=True)),
                "url": _key(String(_URL)),
                "deployment": _key(_flag()),
            }
        ),
        _NOTHING,
    )
)

# --- steps ------------------------------------------------------------------------------

_ANY_STEP = {
    "id": _key(_FILLED),
    "if": _key(String(_STEP_IF, condition=True)),
    "name": _key(String(_STEP, filled=True)),
    "timeout-minutes": _key(Number(_STEP)),
    "continue-on-error": _key(_flag(_STEP)),
    "env": _key(_named(_STEP)),
}
_RUN_STEP = {
    **_ANY_STEP,
    "run": _must(String(_STEP)),
    "working-directory": _key(String(_STEP, filled=True)),
    "shell": _key(String(_STEP, filled=True)),
}
_USES_STEP = {
    **_ANY_STEP,
    "uses": _must(_FILLED),
    "with": _key(_named(_STEP)),
}
_BACKGROUND = {"background": _key(_flag())}
_ID_AND_NAME = {"id": _ANY_STEP["id"], "name": _ANY_STEP["name"], "if": _ANY_STEP["if"]}
_WAIT = {**_ID_AND_NAME, "wait": _must(_one_or_more(_FILLED))}
_WAIT_ALL = {**_ID_AND_NAME, "wait-all": _must(OneOf((_NOTHING, _flag())))}
_CANCEL = {**_ID_AND_NAME, "cancel": _must(_FILLED)}
_PARALLEL = {**_ANY_STEP, "parallel": _must(Sequence(Anything(_STEP)))}
_RETRY = Keys(
    {
        "attempts": _key(Number()),
        "delay": _key(_FILLED),
        "backoff": _key(Number()),
    }
)
_OURS_OF_STEPS = {
    "check": _key(String(_STEP, filled=True)),
    "undo": _key(String(_STEP, filled=True)),
    "retry": _key(OneOf((Number(), _RETRY))),
    "idempotent": _key(_flag()),
    "cancel-signal": _key(_words("INT", "TERM", "HUP", "QUIT", "USR1", "USR2")),
}
_LOOSE_WITH = {"with": _key(Keys(others=Anything(_STEP), contexts=_STEP))}
_MANUAL_TEXT: tuple[str, ...] = (*_JOB, "job", "steps")
"""What a person is shown: nothing of a machine, and no secret."""
_MANUAL = {
    **_ID_AND_NAME,
    "manual": _must(String(_MANUAL_TEXT, filled=True)),
    "by": _key(_one_or_more(_FILLED)),
    "fields": _key(Keys(others=OneOf((_NOTHING, _OUR_INPUT)))),
    "timeout-minutes": _key(Number(_STEP)),
    "continue-on-error": _key(_flag(_STEP)),
}


def _steps(*shapes: dict[str, Key]) -> Shape:
    return Sequence(OneOf(tuple(Keys(keys) for keys in shapes)))


# --- jobs and the whole ---------------------------------------------------------------

_ANY_JOB = {
    "needs": _key(OneOf((_FILLED, Sequence(_FILLED)))),
    "if": _key(String(_JOB_IF, condition=True)),
    "strategy": _key(_STRATEGY),
    "name": _key(String(_JOB)),
    "concurrency": _key(_concurrency(_JOB)),
    "permissions": _key(_PERMISSIONS),
}
_CALLING_JOB = {
    **_ANY_JOB,
    "uses": _must(_FILLED),
    "with": _key(
        Keys(others=OneOf((Boolean(_JOB), Number(_JOB), String(_JOB))), contexts=_JOB)
    ),
    "secrets": _key(OneOf((_words("inherit"), _named(_JOB_ENV)))),
}
_WORKING_JOB = {
    **_ANY_JOB,
    "runs-on": _must(_RUNS_ON),
    "timeout-minutes": _key(Number(_JOB)),
    "cancel-timeout-minutes": _key(Number(_JOB)),
    "continue-on-error": _key(_flag(_JOB)),
    "container": _key(_CONTAINER),
    "services": _key(_SERVICES),
    "env": _key(_named(_JOB_ENV)),
    "environment": _key(_ENVIRONMENT),
    "outputs": _key(Keys(others=String(_OUTPUTS), contexts=_OUTPUTS)),
    "defaults": _key(_defaults(_JOB_DEFAULTS)),
    "snapshot": _key(Anything(_JOB)),
}
_WHOLE = {
    "name": _key(_TEXT),
    "description": _key(_TEXT),
    "run-name": _key(String(_RUN)),
    "env": _key(_named(_ENV)),
    "defaults": _key(_defaults(None)),
    "concurrency": _key(_concurrency(_RUN)),
    "permissions": _key(_PERMISSIONS),
}


def _jobs(*shapes: dict[str, Key]) -> Key:
    return _must(Keys(others=OneOf(tuple(Keys(keys) for keys in shapes))))


def github(*, background: bool = False) -> Keys:
    """A workflow as GitHub reads it; steps in the background are an experiment there."""
    if background:
        steps = _steps(
            {**_RUN_STEP, **_BACKGROUND},
            {**_USES_STEP, **_BACKGROUND},
            _WAIT,
            _WAIT_ALL,
            _CANCEL,
        )
    else:
        steps = _steps(_RUN_STEP, _USES_STEP, _PARALLEL)
    job = {**_WORKING_JOB, "steps": _key(steps)}
    jobs = _jobs(job, _CALLING_JOB)
    return Keys({"on": _must(_on(GITHUB_EVENTS)), **_WHOLE, "jobs": jobs})


_CLAIM = Keys(
    {
        "claim": _must(String(_JOB, filled=True)),
        "shared": _key(_flag()),
        "otherwise": _key(_words("wait", "skip", "fail")),
    }
)
_CLAIMS = _key(Sequence(OneOf((String(_JOB, filled=True), _CLAIM))))
_LIMITS = Keys(
    {
        "once_within": _key(_FILLED),
        "once_after": _key(_FILLED),
        "accumulate_within": _key(_FILLED),
        "threshold": _key(Number()),
        "per": _key(String(("event", "github"), filled=True)),
        "attempts": _key(Number()),
        "within": _key(_FILLED),
        "max_targets": _key(Number()),
        "max_share": _key(OneOf((Number(), _FILLED))),
        "max_fail_percentage": _key(OneOf((Number(), _FILLED))),
    }
)


_OUR_STEPS = _must(
    _steps(
        {**_RUN_STEP, **_OURS_OF_STEPS},
        {**_USES_STEP, **_LOOSE_WITH, **_OURS_OF_STEPS},
        _MANUAL,
    )
)


def _head() -> dict[str, Key]:
    """Everything of a workflow of ours but its jobs."""
    return {
        "on": _must(_on(OUR_EVENTS)),
        **_WHOLE,
        "owner": _key(_FILLED),
        "autonomy": _key(_words("observe", "propose", "act")),
        "limits": _key(_LIMITS),
        "claims": _CLAIMS,
    }


def holdfast() -> Keys:
    """A workflow of ours: GitHub's grammar with what Holdfast adds."""
    job = {
        **_WORKING_JOB,
        "runs-on": _key(_RUNS_ON),
        "steps": _OUR_STEPS,
        "claims": _CLAIMS,
    }
    calling = {**_CALLING_JOB, "claims": _CLAIMS}
    return Keys({**_head(), "jobs": _jobs(job, calling)})


_JOB_WORDS = ("runs-on", "environment", "outputs", "timeout-minutes")
RUNBOOK_JOB = frozenset({*_JOB_WORDS, "steps"})
"""What in a runbook's head is its one job's; the rest is the workflow's."""


def runbook() -> Keys:
    """A Markdown runbook: a workflow's head and its one job, side by side."""
    job = {**_WORKING_JOB, "runs-on": _key(_RUNS_ON)}
    words = {name: job[name] for name in _JOB_WORDS}
    review = {"review": _key(_FILLED)}
    return Keys({**_head(), **words, **review, "steps": _OUR_STEPS})


def front_matter() -> Keys:
    """The head of a runbook as a person writes it: its steps are the blocks below."""
    keys = {name: key for name, key in runbook().keys.items() if name != "steps"}
    return Keys({**keys, "on": _key(keys["on"].shape)})


THEIRS = ".github/workflows"


def of(file: str) -> Keys:
    """The grammar of a file of a project: below ``.github`` it is GitHub's."""
    return github() if file.startswith(THEIRS) else holdfast()


_ACTION_STEP: Contexts = (*_STEP, *_STATUS)
_COMPOSITE_RUN = {**_RUN_STEP, "shell": _must(String(_STEP, filled=True))}
_ACTION_INPUT = Keys(
    {
        "description": _key(_TEXT),
        "default": _key(OneOf((Boolean(_RUN), Number(_RUN), String(_RUN)))),
        "required": _key(OneOf((Boolean(), _TEXT))),
        "deprecationMessage": _key(_TEXT),
        "type": _key(_TEXT),
    }
)
_INPUT_OR_NOTHING = OneOf((_NOTHING, _ACTION_INPUT))
_ACTION_OUTPUT = Keys({"description": _key(_TEXT), "value": _key(String(_ACTION_STEP))})
_RUNS = Keys(
    {
        "using": _must(_TEXT),
        "steps": _key(_steps(_COMPOSITE_RUN, _USES_STEP)),
        **{
            name: _key(_TEXT)
            for name in (
                "main",
                "pre",
                "post",
                "pre-if",
                "post-if",
                "image",
                "entrypoint",
            )
        },
        "args": _key(Anything(_RUN)),
        "env": _key(Anything(_RUN)),
    }
)


def action() -> Keys:
    """An ``action.yml``."""
    return Keys(
        {
            "name": _key(_TEXT),
            "author": _key(_TEXT),
            "description": _key(_TEXT),
            "inputs": _key(
                OneOf((_NOTHING, Keys(others=OneOf((_NOTHING, _ACTION_INPUT)))))
            ),
            "outputs": _key(OneOf((_NOTHING, Keys(others=_ACTION_OUTPUT)))),
            "runs": _must(_RUNS),
            "branding": _key(Anything()),
        }
    )

"""The container a job's steps are run in, and the services beside it."""

from holdfast.load.workflows.grammar import contexts
from holdfast.load.workflows.grammar.notation import filled, key, texts
from holdfast.load.workflows.grammar.shapes import Keys, OneOf, String

_CREDENTIALS = Keys(
    {
        "username": key(filled(contexts.CREDENTIALS)),
        "password": key(filled(contexts.CREDENTIALS)),
    },
    contexts=contexts.CREDENTIALS,
)
_CONTAINER = {
    "image": key(filled(contexts.JOB)),
    "options": key(String(contexts.JOB)),
    "env": key(Keys(others=String(contexts.CONTAINER), contexts=contexts.JOB)),
    "ports": key(texts(contexts.JOB)),
    "volumes": key(texts(contexts.JOB)),
    "credentials": key(_CREDENTIALS),
}
_SERVICE = {
    **_CONTAINER,
    "command": key(String(contexts.JOB)),
    "entrypoint": key(String(contexts.JOB)),
}

CONTAINER = OneOf((String(contexts.JOB), Keys(_CONTAINER)))
SERVICES = Keys(
    others=OneOf((filled(contexts.JOB), Keys(_SERVICE))),
    contexts=contexts.JOB,
)

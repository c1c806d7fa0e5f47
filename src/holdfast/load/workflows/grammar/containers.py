"""The container a job's steps are run in, and the services beside it."""

from holdfast.load.workflows.grammar import contexts
from holdfast.load.workflows.grammar.notation import filled, key, named, texts
from holdfast.load.workflows.grammar.shapes import Keys, OneOf, String

_CREDENTIALS = Keys(
    {
        "username": key(String(contexts.CONTAINER)),
        "password": key(String(contexts.CONTAINER)),
    },
    contexts=contexts.CONTAINER,
)
_CONTAINER = {
    "image": key(String(contexts.JOB)),
    "options": key(filled(contexts.JOB)),
    "env": key(named(contexts.CONTAINER)),
    "ports": key(texts(contexts.JOB)),
    "volumes": key(texts(contexts.JOB)),
    "credentials": key(_CREDENTIALS),
}
_SERVICE = {
    **_CONTAINER,
    "command": key(filled(contexts.JOB)),
    "entrypoint": key(filled(contexts.JOB)),
}

CONTAINER = OneOf((String(contexts.JOB), Keys(_CONTAINER)))
SERVICES = Keys(
    others=OneOf((filled(contexts.JOB), Keys(_SERVICE))), contexts=contexts.JOB
)

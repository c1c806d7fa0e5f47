"""What people paste into a report passes the same hiding as what steps print."""

from collections.abc import Callable
from contextlib import suppress
from functools import reduce

from holdfast.app.application import Application
from holdfast.app.runs.wiring import masks_of
from holdfast.drivers.redaction import hiding
from holdfast.problems import HoldfastError


def without_secrets(app: Application, run: str, job: str) -> Callable[[str], str]:
    """
    What takes out of a text every secret that can be opened here, and a job's masks.

    Raises ``HoldfastError`` when the job masked something that cannot be opened here.
    """
    for name in app.secrets.names():
        with suppress(HoldfastError):
            app.secrets.every(name)
    passes = (hiding(masks_of(app).of(run, job)), app.secrets.redact)
    return lambda text: reduce(lambda shown, hide: hide(shown), passes, text)

"""What people paste into a report passes the same hiding as what steps print."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import reduce

from holdfast.app.application import Application
from holdfast.drivers.redaction import hiding
from holdfast.drivers.steps.runner import ShimRunner
from holdfast.problems import HoldfastError


def without_secrets(app: Application, run: str, job: str) -> Callable[[str], str]:
    """
    What takes out of a text every secret that can be opened here, and a job's masks.

    The masks are known where the steps of the job were carried out, and nowhere else.
    """
    for name in app.secrets.names():
        with suppress(HoldfastError):
            app.secrets.every(name)
    passes = (hiding(_masks(app, f"{run}/{job}")), app.secrets.redact)
    return lambda text: reduce(lambda shown, hide: hide(shown), passes, text)


def _masks(app: Application, prefix: str) -> Iterator[str]:
    """What the steps of a job asked to hide, on this site."""
    runner = ShimRunner(app.state / "steps")
    for key in runner.known(prefix):
        process = runner.attach(key)
        if process is not None:
            yield from process.masks()

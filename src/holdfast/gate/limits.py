"""How much one plan may touch."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from holdfast.gate.rules import GateFacts, Limits
from holdfast.gate.touched import Touched, deletes_in, managed_in
from holdfast.gate.wording import brief, counted, listed
from holdfast.model import Objection
from holdfast.problems import Problem


def allowed_of(share: Fraction, whole: int) -> int:
    """How many of ``whole`` a share allows: rounded down, at least one unless zero."""
    return max(1, floor(share * whole)) if share > 0 and whole > 0 else 0


def against_limits(
    environment: str, limits: Limits, touched: Touched, facts: GateFacts
) -> Iterator[Objection]:
    """Every limit of one environment that a plan is over."""
    hosts = touched.hosts_in(environment)
    if limits.max_targets is not None and len(hosts) > limits.max_targets:
        yield _too_many_targets(environment, hosts, limits.max_targets)
    if limits.max_share is not None and hosts:
        yield from _against_share(environment, limits.max_share, hosts, facts)
    if limits.max_delete_share is not None:
        yield from _against_deletes(
            environment, limits.max_delete_share, touched, facts
        )


def names(environment: str, limits: Limits) -> Iterator[str]:
    """The names of the limits that are set."""
    for name in ("max_targets", "max_share", "max_delete_share"):
        if getattr(limits, name) is not None:
            yield f"{environment}: {name}"


def _too_many_targets(environment: str, hosts: tuple[str, ...], most: int) -> Objection:
    return Objection(
        f"{environment}: max_targets",
        Problem(
            code="gate.too-many-targets",
            summary=brief(
                f"The plan touches {counted(len(hosts), 'host')} in {environment}, "
                f"{most} allowed"
            ),
            detail=f"It touches {listed(hosts)}. Nothing was changed.",
            next_step=_FEWER,
        ),
    )


def _against_share(
    environment: str, share: Fraction, hosts: tuple[str, ...], facts: GateFacts
) -> Iterator[Objection]:
    rule = f"{environment}: max_share"
    whole = facts.hosts.get(environment)
    if whole is None:
        yield Objection(
            rule,
            Problem(
                code="gate.unknown-size",
                summary=brief(f"Nobody knows how many hosts {environment} has"),
                detail=(
                    f"Only {percent(share)} of them may be touched, and a limit that "
                    "cannot be checked is a no. Nothing was changed."
                ),
                next_step="Look at the hosts: holdfast hosts",
            ),
        )
        return
    most = allowed_of(share, whole)
    if len(hosts) > most:
        yield Objection(
            rule,
            Problem(
                code="gate.too-large-share",
                summary=brief(
                    f"The plan touches {len(hosts)} of {counted(whole, 'host')} in "
                    f"{environment}, {most} allowed"
                ),
                detail=(
                    f"The limit is {percent(share)}. It touches {listed(hosts)}. "
                    "Nothing was changed."
                ),
                next_step=_FEWER,
            ),
        )


def _against_deletes(
    environment: str, share: Fraction, touched: Touched, facts: GateFacts
) -> Iterator[Objection]:
    deletes = deletes_in(touched.plan, environment)
    whole = facts.managed.get(environment, managed_in(touched.plan, environment))
    most = allowed_of(share, whole)
    if deletes > most:
        yield Objection(
            f"{environment}: max_delete_share",
            Problem(
                code="gate.too-many-deletes",
                summary=brief(
                    f"The plan deletes {deletes} of {counted(whole, 'thing')} in "
                    f"{environment}, {most} allowed"
                ),
                detail=f"The limit is {percent(share)}. Nothing was changed.",
                next_step=(
                    "Look whether this is meant: holdfast plan; then delete fewer at "
                    "a time."
                ),
            ),
        )


def percent(share: Fraction) -> str:
    """A share as it is written: ``30%``."""
    return f"{float(share * 100):g}%"


_FEWER = "Name fewer hosts, in several runs: holdfast apply HOST"

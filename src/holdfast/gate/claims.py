"""Whether somebody keeps a target to themselves."""

from collections.abc import Iterator

from holdfast.gate.rules import GateFacts
from holdfast.gate.touched import Touched
from holdfast.gate.wording import brief, moment
from holdfast.model import Claim, Objection
from holdfast.problems import Problem


def against_claims(touched: Touched, facts: GateFacts) -> Iterator[Objection]:
    """A no for every claim of somebody else on what is touched."""
    keys = {f"environment:{name}" for name in touched.environments}
    keys |= {f"host:{c.address.host}" for c in touched.plan.changes if c.address.host}
    for claim in sorted(facts.claims, key=lambda claim: claim.key):
        in_force = claim.until > facts.now
        if claim.key in keys and in_force and claim.holder != facts.actor:
            yield _held(claim)


def _held(claim: Claim) -> Objection:
    until = moment(claim.until)
    if claim.run:
        release = f"It is released when {claim.run} ends."
        next_step = f"Wait for it: holdfast why {claim.run}"
    else:
        release = f"{claim.holder} can release it."
        next_step = f"Ask {claim.holder} for: holdfast claim {claim.key} --release"
    return Objection(
        f"claim {claim.key}",
        Problem(
            code="gate.claimed",
            summary=brief(f"{claim.key} is claimed by {claim.holder}"),
            detail=(
                f"Why: {claim.why or 'not said'}. Since {moment(claim.since)}, until "
                f"{until}. {release} Nothing was changed."
            ),
            next_step=next_step,
        ),
        until=claim.until,
    )

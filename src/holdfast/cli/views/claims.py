"""Claims for people and for machines."""

from collections.abc import Sequence

from holdfast.model import Claim
from holdfast.model.moments import to_minute


def claims_text(claims: Sequence[Claim]) -> str:
    """One line a claim."""
    if not claims:
        return "Nothing is claimed."
    return "\n".join(map(_line, claims))


def _line(claim: Claim) -> str:
    what = f"{claim.what} (shared)" if claim.shared else claim.what
    end = f"{claim.run} ends" if claim.run else to_minute(claim.until)
    return f"{what}  {claim.holder}  until {end}  {claim.why}"


def claims_data(claims: Sequence[Claim]) -> list[dict[str, object]]:
    """Claims as they are in ``holdfast.claims/1``."""
    return [
        {
            "key": claim.what,
            "shared": claim.shared,
            "holder": claim.holder,
            "why": claim.why,
            "since": claim.since.isoformat(),
            "until": claim.until.isoformat(),
            "token": claim.token,
        }
        for claim in claims
    ]

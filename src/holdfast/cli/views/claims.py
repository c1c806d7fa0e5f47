"""Claims for people and for machines."""

from collections.abc import Sequence

from holdfast.model import Claim
from holdfast.model.moments import to_minute


def claims_text(claims: Sequence[Claim]) -> str:
    """One line a claim."""
    if not claims:
        return "Nothing is claimed."
    return "\n".join(
        f"{claim.key}  {claim.holder}  until {to_minute(claim.until)}  {claim.why}"
        for claim in claims
    )


def claims_data(claims: Sequence[Claim]) -> list[dict[str, object]]:
    """Claims as they are in ``holdfast.claims/1``."""
    return [
        {
            "key": claim.key,
            "holder": claim.holder,
            "why": claim.why,
            "since": claim.since.isoformat(),
            "until": claim.until.isoformat(),
            "token": claim.token,
        }
        for claim in claims
    ]

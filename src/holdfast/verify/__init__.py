"""verify(remaining, checks) -> Proof. The second plan is empty, the checks pass."""

from holdfast.verify.checks import check_script, read_checks
from holdfast.verify.confirm import confirm

__all__ = ["check_script", "confirm", "read_checks"]

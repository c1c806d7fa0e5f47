"""verify(remaining, checks) -> Proof. The second plan is empty, the checks pass."""

from holdfast.verify.confirm import confirm

__all__ = ["confirm"]

"""``policies/*.yaml``: what may not happen, and what needs whom."""

from typing import Self

from pydantic import Field, model_validator

from holdfast.declare.project import ApproveDeclared
from holdfast.declare.strict import Strict


class NeedDeclared(Strict):
    """What a policy asks for."""

    approve: ApproveDeclared


class PolicyDeclared(Strict):
    """
    One rule, asked for every change of a plan.

        - name: no deletes in production without a second pair of eyes
          when: ${{ environment == 'production' && change.action == 'delete' }}
          need: {approve: {by: [sre], count: 2}}
    """

    name: str
    when: str = Field(description="An expression; an error in it is a no.")
    deny: str | None = Field(default=None, description="Why not.")
    need: NeedDeclared | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.deny is None) == (self.need is None):
            message = "a policy needs exactly one of `deny:` and `need:`"
            raise ValueError(message)
        return self

"""The manner of every declared class."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, InstanceOf, WithJsonSchema

from holdfast.model import Sensitive

SecretText = str | Annotated[InstanceOf[Sensitive], WithJsonSchema({"type": "string"})]
"""A text, or a whole secret that stays closed until a script is written."""


class Strict(BaseModel):
    """
    Unknown keys are errors, values keep their type, nothing changes afterwards.

    A class is made ready for checking when it is first used (``defer_build``): a start
    of the program needs few of them.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        defer_build=True,
    )

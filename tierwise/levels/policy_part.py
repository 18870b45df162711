"""What every part of a policy is made of: its names, its words and how strictly it is read."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
KpiName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,39}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]


class PolicyPart(BaseModel):
    """A part of the policy: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_list(given: object) -> object:
    """One word may stand where several could.

    >>> as_list("chat"), as_list(["chat", "email"])
    (['chat'], ['chat', 'email'])
    """
    return [given] if isinstance(given, str) else given

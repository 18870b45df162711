"""The policy of a project: its file, and what it means now."""

from dataclasses import dataclass, field
from zoneinfo import available_timezones

from tierwise.facts.problems import InputError, UsageError
from tierwise.levels.borders import EntryBorder, borders
from tierwise.levels.policy import Policy
from tierwise.levels.policy_text import read_policy

from .kept import Kept
from .project import Project, own_text, replace_text


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """Read when it is asked, understood once until it changes."""

    project: Project
    _kept: Kept[Policy] = field(default_factory=Kept)

    def text(self) -> str:
        return own_text(self.project.policy_file)

    def policy(self) -> Policy:
        """The policy as the file says now; InputError with its problems."""
        text = self.text()
        return self._kept.get(text, lambda: self.read(text))

    def read(self, text: str) -> Policy:
        """What a text in place of the file would mean; InputError with its problems."""
        name = self.project.policy_file.name
        policy, problems = read_policy(text, name, known_zones=available_timezones())
        if policy is None:
            raise InputError(problems)
        return policy

    def write(self, text: str) -> None:
        """The plan's policy becomes the file's; refused later, it is at worst a newer file."""
        if text != self.text():
            replace_text(self.project.policy_file, text)

    def border(self, level: str) -> EntryBorder:
        """The border of a level; UsageError when it has none that can be moved."""
        for border in borders(self.policy()):
            if border.level == level:
                return border
        raise UsageError(f"`{level}` has no border that can be moved")

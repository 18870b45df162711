"""What a job does, as a function, and what it is given."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Given: TypeAlias = Mapping[str, Any]
"""Values of JSON; never a secret, for they are kept."""
Work: TypeAlias = Callable[[str, Given, Callable[[], bool]], Given]
"""(key, what was given, whether to stop) -> what came of it. Can be started again at any time."""

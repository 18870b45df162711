"""A YAML text as plain values, with the line of every key and everything that is odd about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from tierwise.facts.problems import Problem

Path: TypeAlias = tuple[str | int, ...]

LONGEST_POLICY = 500_000


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text holds: plain values, the 1-based line of every path, and problems."""

    source: str
    values: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def problem(self, path: Path, expected: str, found: str, next_step: str = "") -> Problem:
        """A problem with what stands at `path`."""
        place = ".".join(str(part) for part in path) or None
        return Problem(self.source, self.line(path), place, expected, found, next_step)


def read_tree(text: str, source: str) -> Tree:
    """The values of a YAML text; a text that is not YAML gives a tree with one problem."""
    tree = Tree(source)
    if len(text) > LONGEST_POLICY:
        found = f"{len(text)} characters"
        tree.problems.append(tree.problem((), f"at most {LONGEST_POLICY} characters", found))
        return tree
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        values = None if node is None else _values(node, (), _Reading(tree))
    except YAMLError as error:
        tree.problems.append(_not_yaml(error, source))
        return tree
    except RecursionError:
        tree.problems.append(tree.problem((), "a policy", "a text nested too deep"))
        return tree
    return Tree(source, values, tree.lines, tree.problems)


def _not_yaml(error: YAMLError, source: str) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line + 1 if mark else None
    told = getattr(error, "problem", None) or getattr(error, "reason", None) or "odd characters"
    step = "check the indentation, colons and quotes of this line and the one above"
    return Problem(
        source, line, None, "YAML", str(told).removeprefix("but ").removeprefix("found "), step
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The tree being filled, and the nodes already seen: a node seen twice is an alias."""

    tree: Tree
    seen: set[int] = field(default_factory=set)


def _values(node: Node, path: Path, reading: _Reading) -> Any:
    reading.tree.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return _scalar(node)
    # Unfolding aliases lets ten lines become gigabytes, and a policy reads better without them.
    if id(node) in reading.seen:
        problem = reading.tree.problem(path, "the values written out", "an alias (`*name`)")
        reading.tree.problems.append(problem)
        return None
    reading.seen.add(id(node))
    if isinstance(node, MappingNode):
        return _mapping(node, path, reading)
    return _list(node, path, reading)


def _list(node: Node, path: Path, reading: _Reading) -> list[Any]:
    return [_values(item, (*path, place), reading) for place, item in enumerate(node.value)]


def _mapping(node: MappingNode, path: Path, reading: _Reading) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        name = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
        line = key_node.start_mark.line + 1
        if name in values:
            reading.tree.problems.append(_twice(reading.tree.source, line, (*path, name)))
            continue
        reading.tree.lines[*path, name] = line
        values[name] = _values(value_node, (*path, name), reading)
    return values


def _twice(source: str, line: int, path: Path) -> Problem:
    place = ".".join(str(part) for part in path)
    return Problem(source, line, place, "each key once", f"`{path[-1]}` a second time", "keep one")


def _scalar(node: ScalarNode) -> Any:
    reader = _SCALARS.get(str(node.tag))
    try:
        return node.value if reader is None else reader(node.value)
    except ValueError:
        return node.value


def _nothing(text: str) -> None:
    return None


_SCALARS: Mapping[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:null": _nothing,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


def read_places(text: str) -> dict[Path, tuple[int, int]]:
    """Where the value of every key stands in a sound text: first and last character."""
    places: dict[Path, tuple[int, int]] = {}
    waiting: list[tuple[Path, Node]] = [((), YAML(typ="safe", pure=True).compose(text))]
    while waiting:
        path, node = waiting.pop()
        places[path] = (node.start_mark.index, node.end_mark.index)
        if isinstance(node, MappingNode):
            waiting += [((*path, str(key.value)), value) for key, value in node.value]
    return places

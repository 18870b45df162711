"""Reading files into the facts of a project."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

from tierwise.facts.identities import AMBIGUOUS_IDENTITIES, CUSTOMER_MERGES
from tierwise.facts.problems import InputError, Problem, UsageError
from tierwise.facts.tables import CUSTOMERS, ORDERS
from tierwise.levels.policy_text import read_policy
from tierwise.value.history import UNCONVERTED
from tierwise.value.serving_costs import UNCOUNTED_COSTS
from tierwise.value.subscription_tables import SUBSCRIPTION_PROBLEMS

from .basis import last_day
from .data_answers import unsettled_problems
from .project import Project, own_text, replace_text
from .runs import hold_facts
from .settings import read_yaml
from .wiring import (
    READERS,
    Origin,
    ReadOptions,
    ReadReport,
    draft_of,
    make_engine,
    open_facts,
)

SHOWN_UNSETTLED = 5
LEFT_OPEN = (UNCONVERTED, UNCOUNTED_COSTS, SUBSCRIPTION_PROBLEMS)
_FIELDS = {field.name for field in fields(ReadOptions)}
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Drafted:
    """A mapping file that was written for a file nobody had mapped yet."""

    mapping: Path


@dataclass(frozen=True, slots=True)
class ListedSource:
    """An entry of sources.yaml."""

    file: Path
    reader: str
    source: str


def read_file(
    project: Project, path: Path, reader: str, written: Mapping[str, Any]
) -> ReadReport | Drafted:
    """Read one file, or draft its mapping when a generic file has none yet.

    `written` is what the user gave: fields of ReadOptions, and `table` for a draft.
    InputError when nothing of the file can be used.
    """
    if reader not in READERS:
        raise UsageError(f"no reader `{reader}`; choose one of {', '.join(READERS)}")
    if not path.is_file():
        raise InputError((Problem(str(path), None, None, "a file", "none", "check the path"),))
    options = _options(project, path, written)
    if reader == "generic" and options.mapping and not options.mapping.exists():
        options.mapping.parent.mkdir(exist_ok=True)
        replace_text(options.mapping, draft_of(path, options, written.get("table", "orders")))
        return Drafted(options.mapping)
    origin = Origin(str(options.source), reader, path.name, _sha_of(path), options.now)
    return open_facts(project).add(origin, READERS[reader](path, options))


def unsettled(project: Project) -> tuple[Problem, ...]:
    """What the facts as a whole leave open, the first few: shared addresses, missing rates."""
    engine, facts = make_engine(project), open_facts(project)
    policy, _ = read_policy(own_text(project.policy_file))
    engine.read(CUSTOMERS, facts.files(CUSTOMERS.name))
    for model in (CUSTOMER_MERGES, AMBIGUOUS_IDENTITIES):
        engine.materialise(model, {})
    if policy and facts.files(ORDERS.name):
        newest = last_day(facts, engine)
        hold_facts(engine, facts, as_of_day=newest, currency=policy.currency)
        for model in LEFT_OPEN:
            engine.materialise(model, {"as_of_day": newest})
    else:
        for model in LEFT_OPEN:
            engine.read(model.output, [])
    found = tuple(islice(unsettled_problems(engine), SHOWN_UNSETTLED))
    engine.close()
    return found


def listed_sources(project: Project) -> tuple[ListedSource, ...]:
    """The sources of sources.yaml; UsageError when it lists none."""
    path = project.sources_file
    content = read_yaml(own_text(path), path.name) if path.exists() else None
    entries = content.get("sources") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        raise UsageError("name a file to read, or list your sources in sources.yaml")
    listed = tuple(_listed(project, entry) for entry in entries)
    names = [(one.source, one.reader) for one in listed]
    twice = next((one.source for one in listed if names.count((one.source, one.reader)) > 1), None)
    if twice:
        raise UsageError(
            f"sources.yaml names `{twice}` twice, and the second would replace the first; "
            "give each entry a `source` of its own"
        )
    return listed


def _listed(project: Project, entry: object) -> ListedSource:
    known = isinstance(entry, dict) and {"file", "as"} <= set(entry) <= {"file", "as", "source"}
    if not isinstance(entry, dict) or not known:
        expected = "the keys `file` and `as`, and perhaps `source`, in every source"
        raise InputError((Problem("sources.yaml", None, None, expected, f"`{entry}`"),))
    file = project.folder / str(entry["file"])
    return ListedSource(file, str(entry["as"]), str(entry.get("source") or file.stem))


def _options(project: Project, path: Path, written: Mapping[str, Any]) -> ReadOptions:
    policy, _ = read_policy(own_text(project.policy_file))
    source = written.get("source") or path.stem
    given = {
        "zone": policy.zone if policy else "UTC",
        "currency": policy.currency if policy else None,
        "mapping": project.mappings / f"{source}.yaml",
        **{name: value for name, value in written.items() if value is not None and name in _FIELDS},
        "source": source,
    }
    return ReadOptions(**given)


def _sha_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()

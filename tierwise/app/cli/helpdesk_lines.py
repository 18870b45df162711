"""What commands about desks say, line by line."""

from collections.abc import Iterable, Iterator

from tierwise.app import words
from tierwise.app.desk_answers import DeskStanding, PushPreview, ReadDone
from tierwise.facts.desk_people import Push, WrittenLevel
from tierwise.facts.desks import RateLimit
from tierwise.facts.findings import Finding

NO_DESK = "no help desk is connected; `tierwise desk connect zendesk --help`"


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Verdict, part, text and what to do next."""
    for one in findings:
        step = f"; {one.next_step}" if one.next_step else ""
        yield f"{one.verdict:5} {one.part:14} {one.text}{step}"


def limit_lines(limits: Iterable[RateLimit]) -> Iterator[str]:
    """How much of each limit is left."""
    for one in limits:
        resets = "" if one.resets_s is None else f", anew in {one.resets_s} s"
        left = f"{words.count(one.remaining)} of {words.count(one.total)} left{resets}"
        yield f"limit {one.scope:14} {left}"


def standing_lines(one: DeskStanding) -> Iterator[str]:
    """How one account stands."""
    people = one.people
    yield one.account.shown
    waiting = words.count(people.waiting)
    in_step = f"{words.count(people.in_step)} in step, {waiting} waiting"
    yield f"  levels    {one.no_levels or in_step}"
    left = (
        (people.kept, "set by agents and left alone"),
        (people.refused, "refused by the desk"),
        (people.missing, "not at the desk any more"),
        (people.unmatched, "at the desk, but no customer we know"),
    )
    yield from (f"            {words.count(n)} {what}" for n, what in left if n)
    yield f"  config    {_config(one)}"
    if one.running:
        yield f"  running   {one.running}"
    for stream in one.streams:
        when = words.instant(stream.read_at) if stream.read_at else "never"
        said = f"; {stream.said}" if stream.said else ""
        yield f"  read      {stream.stream:15} {words.many(stream.rows, 'row')}, {when}{said}"
    if one.hints_waiting:
        yield f"  hints     {words.many(one.hints_waiting, 'ticket')} to read again"
    yield from (f"  {line}" for line in written_lines(one.kept, one.refused))


def written_lines(*listed: Iterable[WrittenLevel]) -> Iterator[str]:
    """People whose level is not what it should be, and why."""
    for rows in listed:
        for one in rows:
            found = f", `{one.found}` stands there" if one.found else ""
            said = f": {one.said}" if one.said else ""
            yield f"{one.state:8} {one.customer_id} (person {one.user_id}){found}{said}"


def _config(one: DeskStanding) -> str:
    plan = one.open_plan
    told = [words.many(one.owned, "object") + " of ours"]
    if one.drifted:
        told.append(f"changed there since: {', '.join(one.drifted)}")
    if plan and plan.ops:
        told.append(f"{words.many(len(plan.ops), 'change')} planned as {plan.plan_id}")
    return ", ".join(told)


def preview_lines(found: PushPreview) -> Iterator[str]:
    """What a push would write."""
    yield found.account.shown
    for before, after, people in found.changes:
        yield f"  {before or words.NOTHING} → {after or words.NOTHING}: {words.count(people)}"
    tickets = words.many(found.open_tickets, "open ticket")
    yield f"{words.many(found.people, 'person', 'people')} to write, {tickets} to tag anew"
    if found.kept:
        yield f"{words.count(found.kept)} stay as agents set them; --overwrite would change them"
    if found.unmatched:
        yield f"{words.count(found.unmatched)} at the desk are no customer we know; they stay"
    yield from found.ambiguous


def push_lines(done: Push) -> Iterator[str]:
    """What came of a push."""
    unchanged = f"{words.count(done.unchanged)} as they should be"
    yield f"{done.push_id}: {words.count(done.written)} written, {unchanged}"
    rest = (
        (done.kept, "kept as agents set them"),
        (done.refused, "refused by the desk; see `tierwise desk status`"),
        (done.missing, "not at the desk any more"),
    )
    yield from (f"  {words.count(n)} {what}" for n, what in rest if n)


def read_lines(done: ReadDone) -> Iterator[str]:
    """What a reading brought."""
    yield done.account.shown
    for stream, rows in done.rows.items():
        said = f"; {done.said[stream]}" if done.said.get(stream) else ""
        yield f"  {stream:15} {words.count(rows)} new or changed{said}"
    if done.into_facts is not None:
        rows_of = (
            f"{words.count(n)} {name.replace('_', ' ')}" for name, n in done.into_facts.items()
        )
        yield f"  facts           {', '.join(rows_of) or 'as before'}"
    if done.waiting:
        waiting = words.many(done.waiting, "event waits", "events wait")
        yield f"  {waiting} for tickets that come with the next reading"

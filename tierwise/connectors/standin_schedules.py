"""Business hours: schedules, their week, their holidays, and time in them."""

from datetime import date, timedelta

from .standin_calls import Call, Reply, Route, Row, invalid, not_found
from .standin_shelf import Shelf
from .standin_state import State
from .standin_zones import ZONES

PATH = "/api/v2/business_hours/schedules"
WEEK_MINUTES = 7 * 24 * 60
DAY_MINUTES = 24 * 60
OFFICE = tuple((day * DAY_MINUTES + 9 * 60, day * DAY_MINUTES + 17 * 60) for day in range(1, 6))


def _schedule(state: State, sent: Row) -> Row:
    """Name and time zone; the week has a call of its own, and a new one gets office hours."""
    zone = sent.get("time_zone")
    if zone not in ZONES:
        raise invalid("time_zone", f"Time zone: {zone} is not a time zone")
    others = (row for row in state.schedules.values() if row["id"] != sent.get("id"))
    if sent["name"] in {row["name"] for row in others}:
        raise invalid("name", "Name: has already been taken", "DuplicateValue")
    kept = state.schedules.get(sent.get("id", 0), {})
    office = [{"start_time": start, "end_time": end} for start, end in OFFICE]
    return {
        "name": sent["name"],
        "time_zone": zone,
        "intervals": kept.get("intervals", office),
    }


SCHEDULES = Shelf("schedule", "schedules", PATH, "schedules", _schedule, title="name")


def set_week(state: State, call: Call) -> Reply:
    """Replace the whole week; intervals lie within a day and do not overlap."""
    schedule = SCHEDULES.known(state, call)
    sent = call.within("workweek").get("intervals") or []
    rows = sorted(
        ({"start_time": one["start_time"], "end_time": one["end_time"]} for one in sent),
        key=lambda one: one["start_time"],
    )
    before = 0
    for one in rows:
        start, end = one["start_time"], one["end_time"]
        if not before <= start < end <= WEEK_MINUTES:
            raise invalid("intervals", "Intervals: must be in order and must not overlap")
        if start // DAY_MINUTES != (end - 1) // DAY_MINUTES:
            raise invalid("intervals", "Intervals: must not cross midnight")
        before = end
    schedule.update(intervals=rows, updated_at=state.now_text)
    state.effects["schedule", "workweek", schedule["name"]] += 1
    return Reply({"workweek": {"intervals": rows}})


def holidays(state: State, call: Call) -> Reply:
    rows = _holidays_of(state, call).values()
    return Reply({"holidays": sorted(rows, key=lambda one: one["start_date"])})


def make_holiday(state: State, call: Call) -> Reply:
    held, number = _holidays_of(state, call), state.new_id()
    held[number] = {"id": number, **_holiday(state, call.within("holiday"))}
    state.effects["holiday", "create", held[number]["name"]] += 1
    return Reply({"holiday": held[number]}, 201)


def change_holiday(state: State, call: Call) -> Reply:
    holiday = _known_holiday(state, call)
    holiday.update(_holiday(state, {**holiday, **call.within("holiday")}))
    state.effects["holiday", "update", holiday["name"]] += 1
    return Reply({"holiday": holiday})


def delete_holiday(state: State, call: Call) -> Reply:
    holiday = _known_holiday(state, call)
    del _holidays_of(state, call)[holiday["id"]]
    state.effects["holiday", "delete", holiday["name"]] += 1
    return Reply(status=204)


def show_holiday(state: State, call: Call) -> Reply:
    return Reply({"holiday": _known_holiday(state, call)})


def time_zones(state: State, call: Call) -> Reply:
    rows = [
        {"name": name, "translated_name": name, "iana_name": iana} for name, iana in ZONES.items()
    ]
    return Reply({"time_zones": rows, "count": len(rows)})


def _holidays_of(state: State, call: Call) -> dict[int, Row]:
    return state.holidays[SCHEDULES.known(state, call)["id"]]


def _known_holiday(state: State, call: Call) -> Row:
    holiday = _holidays_of(state, call).get(call.id("holiday"))
    if holiday is None:
        raise not_found()
    return holiday


def _holiday(state: State, sent: Row) -> Row:
    """From a day to a day, within two years of today."""
    try:
        first, last = (date.fromisoformat(sent[key]) for key in ("start_date", "end_date"))
    except (KeyError, TypeError, ValueError) as error:
        raise invalid("base", "Holidays need a start date and an end date") from error
    today = date(1970, 1, 1) + timedelta(days=state.now // 86_400)
    if not sent.get("name") or last < first or abs((first - today).days) > 731:
        raise invalid("base", "Holidays must have a name and be within two years of today")
    return {"name": sent["name"], "start_date": str(first), "end_date": str(last)}


ROUTES = (
    *SCHEDULES.routes(),
    Route("PUT", PATH + "/{id}/workweek", set_week, "admin"),
    Route("GET", PATH + "/{id}/holidays", holidays),
    Route("POST", PATH + "/{id}/holidays", make_holiday, "admin"),
    Route("GET", PATH + "/{id}/holidays/{holiday}", show_holiday),
    Route("PUT", PATH + "/{id}/holidays/{holiday}", change_holiday, "admin"),
    Route("DELETE", PATH + "/{id}/holidays/{holiday}", delete_holiday, "admin"),
    Route("GET", "/api/v2/time_zones", time_zones),
)

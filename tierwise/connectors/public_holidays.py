"""Public holidays of countries and regions, from the `holidays` library."""

from collections.abc import Collection, Sequence
from datetime import date
from difflib import get_close_matches
from importlib.metadata import version

from tierwise.facts.problems import Expected


def holidays_source() -> str:
    """The library and its version, as it is kept beside the days it gave."""
    return f"holidays {version('holidays')}"


def public_holidays(country: str, years: Sequence[int]) -> dict[date, str] | Expected:
    """The public holidays of `DE` or `DE-BE` in some years, by date, named as the country does.

    Days on which a holiday is kept because it fell on a weekend are among them.
    """
    import holidays

    name, _, region = country.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if name not in known:
        return Expected("a country whose holidays are known", _nearest(name, known))
    if region and region not in known[name]:
        regions = [f"{name}-{one}" for one in known[name]]
        return Expected(f"a region of {name}", _nearest(country, regions) or _none_of(name))
    language = getattr(holidays.country_holidays(name), "default_language", None)
    found = holidays.country_holidays(name, subdiv=region or None, years=years, language=language)
    days = {day: called for day, called in sorted(found.items()) if day.year in years}
    bare = [year for year in years if not any(day.year == year for day in days)]
    if bare:
        told = f"holidays of {country} in {bare[0]}"
        return Expected(told, f"list them under `closed`: {holidays_source()} knows none")
    return days


def _nearest(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, sorted(known), n=5, cutoff=0.0)
    return f"the nearest are {', '.join(f'`{one}`' for one in near)}" if near else ""


def _none_of(country: str) -> str:
    return f"write `{country}`: it is known without regions"

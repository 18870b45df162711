"""The whole scorecard as a table: every KPI by level, of one level, or sliced."""

from starlette.responses import Response

from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.metric import Group

from .promise_asked import period_of, wanted
from .promise_pages import needs_tickets
from .scorecard_asked import GROUPS, cut_of, group_of, write_days
from .scorecard_lines import by_group, by_slice, missed, parted
from .site import Asked, Site


@needs_tickets
def scorecard_page(site: Site, asked: Asked) -> Response:
    """Every KPI by level; of one level all that is known of it; sliced, one group of KPIs."""
    want = wanted(asked)
    by, group = cut_of(want), group_of(want)
    if by and group is None:
        group = Group.PROMISES
    found = site.answers.scorecard(period_of(want)[0], level=want.level, by=by)
    lines = [one for one in found.lines if group in {None, CATALOGUE[one.metric].group}]
    whole, sliced = parted(lines)
    return write_days(
        site,
        asked,
        "scorecard.html",
        found,
        by=by,
        group=group,
        groups=GROUPS,
        whole=by_group(whole),
        levels=list(dict.fromkeys(one.level for one in whole)),
        slices=by_slice(sliced, want.level),
        metrics=list(dict.fromkeys(one.metric for one in lines)),
        broken=missed(whole),
    )

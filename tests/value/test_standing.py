"""The standing table: every documented column, for buyers, prospects, accounts and app users."""

from tests.shop_days import engine_with, order, standings
from tierwise.value.standing import STANDING


def test_the_table_has_just_the_documented_columns() -> None:
    engine = engine_with([order("ada", 10, 500)])
    columns = [row[0] for row in engine.rows("DESCRIBE standings")]
    assert columns == list(STANDING.names)


def test_a_customer_without_orders_is_a_prospect() -> None:
    valued = standings(engine_with([], customers=[{"customer_id": "ada"}]))
    assert valued["ada"]["rfm_group"] == "Prospects"
    assert valued["ada"]["ltv_percentile"] is None


def test_an_earlier_day_does_not_know_later_customers() -> None:
    engine = engine_with(
        [order("cy", 10, 500)],
        customers=[
            {"customer_id": "ada", "created_at": 10 * 86_400},
            {"customer_id": "bob", "created_at": 20 * 86_400},
            {"customer_id": "cy", "created_at": 20 * 86_400},
        ],
        as_of_day=15,
    )
    assert set(standings(engine)) == {"ada", "cy"}


def test_an_account_stands_for_its_people() -> None:
    people = [
        {"customer_id": "ann", "account_id": "acme"},
        {"customer_id": "ben", "account_id": "acme"},
    ]
    valued = standings(
        engine_with([order("ann", 10, 500), order("ben", 10, 300)], customers=people)
    )
    assert set(valued) == {"acme"}
    acme = valued["acme"]
    assert (acme["ltv_minor"], acme["occasions"], acme["is_account"]) == (800, 1, True)


def test_app_days_and_their_trend() -> None:
    days = [100, 99, 99, 71, 70, 41, 40]
    valued = standings(
        engine_with([], events=[{"customer_id": "ada", "happened_day": day} for day in days])
    )
    assert (valued["ada"]["active_days_30d"], valued["ada"]["active_days_trend"]) == (3, 1)


def test_without_an_app_nobody_is_inactive() -> None:
    assert standings(engine_with([order("ada", 1, 1)]))["ada"]["active_days_30d"] is None

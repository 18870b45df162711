"""Three ways to say what a customer is worth, and the place of each among all."""

from enum import StrEnum

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel


class Use(StrEnum):
    """What a policy lets levels follow."""

    HISTORIC = "historic"
    PREDICTED = "predicted"
    BOTH = "both"


SAYS = {
    Use.HISTORIC: "what the customer has brought so far",
    Use.PREDICTED: "what the customer will bring within the horizon",
    Use.BOTH: "what the customer has brought and will bring",
}
# The columns of CUSTOMER_VALUES behind each way.
COLUMN = {Use.HISTORIC: "historic", Use.PREDICTED: "predicted", Use.BOTH: "total"}

CUSTOMER_VALUES = SqlModel(
    package="tierwise.value",
    output=Table(
        "customer_values",
        "Margin so far less the cost to serve, what is predicted, and both together, each with "
        "its percentile among all who bought or have a contract (as in ltv_percentiles). "
        "`predicted_percentile` goes by `standing_minor`.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "The customer."),
            Column(
                "standing_minor",
                Kind.MONEY,
                "Geometric mean of what is predicted and what the horizon would bring at the "
                "customer's recent pace; with a contract, what is predicted.",
                low=0,
            ),
            *(
                column
                for use, name in COLUMN.items()
                for column in (
                    Column(f"{name}_minor", Kind.MONEY, f"{SAYS[use].capitalize()}."),
                    Column(f"{name}_percentile", Kind.NUMBER, "Its place.", low=0, high=100),
                )
            ),
        ),
    ),
    reads=("order_history", "forecasts", "forecast_terms", "serving_costs"),
)

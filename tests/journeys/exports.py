"""Export files as shops write them."""

from pathlib import Path

HEAD = (
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Refunded Amount,Id,Phone,Tags,"
    "Payment Method,Cancelled at,Outstanding Balance,Source,Billing Phone\n"
)


def order_row(
    number: int,
    email: str,
    total: str,
    day: str,
    *,
    status: str = "paid",
    currency: str = "EUR",
    refunded: str = "0.00",
) -> str:
    """An order with two line items: order columns stand on the first row only."""
    at = f"{day} 10:00:00 +0100"
    first = (
        f"#{number},{email},{status},{at},{currency},{total},0.00,0.00,{total},0.00,"
        f"{at},1,Tea,{total},{refunded},{5_000_000 + number},,,shopify_payments,,0.00,web,\n"
    )
    second = f"#{number},{email},,,,,,,,,{at},2,Cup,3.00,,,,,,,,,\n"
    return first + second


def shopify_orders(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


def twenty_customers(path: Path, *, richest: str = "c19@x.org") -> Path:
    """Customer c0 spends 10, c1 20 … c19 200; `richest` spends 900 more."""
    rows = [order_row(i, f"c{i}@x.org", f"{10 * (i + 1)}.00", "2026-01-05") for i in range(20)]
    rows.append(order_row(99, richest, "900.00", "2026-02-05"))
    return shopify_orders(path, *rows)

"""Shopify: the order export and the customer export of its admin pages."""

from collections.abc import Iterator
from pathlib import Path

from tierwise.facts.identity import guest_id, normalise_email, normalise_phone
from tierwise.facts.money import parse_currency, parse_minor
from tierwise.facts.parsing import Parse, Writing, parser_of
from tierwise.facts.problems import Expected, Problem
from tierwise.facts.tables import CUSTOMERS, ORDERS

from .cells import Cell, CellReader, constant, day_parser
from .headers import Wanted
from .reading import Part, Problems, ReadOptions, TextRows, writing_of
from .table_files import read_table_rows

_ORDER_COLUMNS = Wanted(
    ("Name", "Email", "Financial Status", "Currency", "Total", "Created at"),
    (
        "Id",
        "Discount Amount",
        "Refunded Amount",
        "Outstanding Balance",
        "Cancelled at",
        "Payment Method",
        "Tags",
        "Source",
        "Phone",
        "Billing Phone",
        "Shipping Phone",
    ),
)
_CUSTOMER_COLUMNS = Wanted(
    ("Email", "First Name", "Last Name"),
    ("Customer ID", "Phone", "Default Address Phone", "Default Address Company", "Company"),
)

# What Shopify says of the money, and what that makes of the order.
_STATES = {
    "paid": "paid",
    "partially_paid": "paid",
    "partially_refunded": "paid",
    "refunded": "paid",
    "pending": "unpaid",
    "authorized": "unpaid",
    "partially_authorized": "unpaid",
    "unpaid": "unpaid",
    "voided": "cancelled",
    "expired": "cancelled",
}
_TEST_GATEWAY, _TEST_TAGS = "bogus", {"test", "test order", "test-order"}
_ORDER_LEVEL = ("Financial Status", "Currency", "Total")


def read_orders(path: Path, options: ReadOptions) -> Iterator[Part]:
    """Orders of Shopify's order export: one row per line item, the order on its first row."""
    writing = writing_of(options, path.name)
    cells = CellReader(ORDERS, _order_cells(writing, options), path.name)
    name = ""
    for part in read_table_rows(path, _ORDER_COLUMNS, options):
        if isinstance(part, Problems):
            yield part
            continue
        orders, cut, name = _order_rows(part, name, path.name)
        if cut:
            yield Problems(tuple(cut))
        yield from cells.read(orders)


def read_customers(path: Path, options: ReadOptions) -> Iterator[Part]:
    """Customers of Shopify's customer export."""
    cells = CellReader(CUSTOMERS, _customer_cells(path, options), path.name)
    for part in read_table_rows(path, _CUSTOMER_COLUMNS, options):
        yield from (part,) if isinstance(part, Problems) else cells.read(part)


def _order_rows(rows: TextRows, name: str, file: str) -> tuple[TextRows, list[Problem], str]:
    """The first row of each order, rows that belong to no order, and the last order's name."""
    heads: list[int] = []
    cut: list[Problem] = []
    order_level = (rows.columns[column] for column in _ORDER_LEVEL)
    texts = zip(rows.columns["Name"], *order_level, strict=True)
    for row, (own, *levels) in enumerate(texts):
        if any(levels):
            heads.append(row)
            name = own
        elif own != name or not own:
            cut.append(_cut_order(file, rows.lines[row], own))
    return rows.chosen(heads), cut, name


def _cut_order(file: str, line: int, name: str) -> Problem:
    step = "half an order: export the orders again and do not sort or cut the file"
    found = f"a further line of `{name}` without its first"
    return Problem(file, line, "Name", "the order's first row above its further lines", found, step)


def _order_cells(writing: Writing, options: ReadOptions) -> tuple[Cell, ...]:
    placed = parser_of(ORDERS.column("placed_at"), writing)
    return (
        Cell("order_id", ("Id", "Name"), _order_id),
        Cell("customer_id", _contacts(), _contact_parser(options.phone_prefix)),
        constant(ORDERS.column("kind"), "purchase"),
        Cell("state", ("Financial Status", "Cancelled at", "Payment Method", "Tags"), _state),
        Cell("placed_at", ("Created at",), placed),
        Cell("placed_day", ("Created at",), day_parser(placed, writing.zone)),
        Cell("total_minor", _CHARGED, _charged_parser(writing.decimal)),
        Cell("refunded_minor", ("Refunded Amount", "Currency"), _zero_or_more(writing.decimal)),
        Cell("discount_minor", ("Discount Amount", "Currency"), _zero_or_more(writing.decimal)),
        Cell("currency", ("Currency",), parse_currency),
        Cell("channel", ("Source",), _or_none),
    )


def _contacts() -> tuple[str, ...]:
    return ("Email", "Phone", "Billing Phone", "Shipping Phone")


_CHARGED = ("Total", "Currency", "Financial Status", "Outstanding Balance")


def _order_id(number: str, name: str) -> object:
    """Shopify's number, which is unique beyond the shop; old exports only have the name."""
    text = (number or name).strip().lstrip("'")
    if "E+" in text.upper() and text[:1].isdigit():
        step = "export again and do not save the file from a spreadsheet: it cuts long numbers"
        return Expected("an order number with all its digits", step)
    return text or Expected("the name or number of the order")


def _state(status: str, cancelled_at: str, gateway: str, tags: str) -> object:
    if _TEST_GATEWAY in gateway.lower() or _TEST_TAGS & set(_tags(tags)):
        return "test"
    if cancelled_at.strip():
        return "cancelled"
    expected = Expected("one of " + ", ".join(_STATES), "correct the status in the file")
    return _STATES.get(_folded(status), expected)


def _folded(status: str) -> str:
    return status.strip().lower()


def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag.strip().lower() for tag in text.split(","))


def _contact_parser(prefix: str | None) -> Parse:
    def parse(email: str, *phones: str) -> object:
        """The guest's id; an order whose customer cannot be read is kept without one."""
        address = normalise_email(email) if email.strip() else None
        numbers = [normalise_phone(phone, prefix) for phone in phones if phone.strip()]
        known = next((number for number in numbers if isinstance(number, str)), None)
        if isinstance(address, Expected):
            return _kept(address, guest_id(None, known))
        if address is None and known is None and numbers:
            return _kept(Expected("an e-mail address or a phone number with its country"), None)
        return guest_id(address, known)

    return parse


def _kept(expected: Expected, instead: object) -> Expected:
    step = expected.next_step or "the order is kept; correct the address in Shopify"
    return Expected(expected.what, step, left_out=False, instead=instead)


def _charged_parser(decimal: str) -> Parse:
    def parse(total: str, currency: str, status: str, outstanding: str) -> object:
        """What was charged: of an order paid in part, the part."""
        charged = _amount(total, currency, decimal)
        if (
            _folded(status) != "partially_paid"
            or not outstanding.strip()
            or isinstance(charged, Expected)
        ):
            return charged
        owed = _amount(outstanding, currency, decimal)
        return owed if isinstance(owed, Expected) else charged - min(max(owed, 0), charged)

    return parse


def _zero_or_more(decimal: str) -> Parse:
    def parse(text: str, currency: str) -> object:
        minor = _amount(text, currency, decimal) if text.strip() else 0
        if isinstance(minor, int) and minor < 0:
            return Expected("0 or more", "Shopify writes it without a minus sign")
        return minor

    return parse


def _amount(text: str, currency: str, decimal: str) -> int | Expected:
    return parse_minor(text, currency.strip().upper() or "EUR", decimal)


def _customer_cells(path: Path, options: ReadOptions) -> tuple[Cell, ...]:
    phone = _first_phone(options.phone_prefix)
    return (
        Cell("customer_id", ("Customer ID", "Email"), _customer_id),
        constant(CUSTOMERS.column("source"), options.source or path.stem),
        Cell("email", ("Email",), _email_or_none),
        Cell("phone", ("Phone", "Default Address Phone"), phone),
        Cell("name", ("First Name", "Last Name", "Default Address Company", "Company"), _name),
    )


def _customer_id(number: str, email: str) -> object:
    """Shopify's number; old exports only have the address."""
    text = number.strip().lstrip("'")
    if text:
        return text
    address = normalise_email(email)
    if isinstance(address, Expected):
        return Expected("a customer number or an e-mail address")
    return guest_id(address, None)


def _email_or_none(text: str) -> object:
    address = normalise_email(text) if text.strip() else None
    return _left_empty(address) if isinstance(address, Expected) else address


def _first_phone(prefix: str | None) -> Parse:
    def parse(*phones: str) -> object:
        numbers = [normalise_phone(phone, prefix) for phone in phones if phone.strip(" '")]
        known = next((number for number in numbers if isinstance(number, str)), None)
        wrong = next((number for number in numbers if isinstance(number, Expected)), None)
        return _left_empty(wrong) if known is None and wrong else known

    return parse


def _left_empty(expected: Expected) -> Expected:
    step = expected.next_step or "the customer is kept without it; correct it in Shopify"
    return Expected(expected.what, step, left_out=False)


def _name(first: str, last: str, *companies: str) -> str | None:
    person = " ".join(part.strip() for part in (first, last) if part.strip())
    return person or next((company.strip() for company in companies if company.strip()), None)


def _or_none(text: str) -> str | None:
    return text.strip() or None

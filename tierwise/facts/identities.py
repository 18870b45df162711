"""Who is the same customer: table functions over all sources, and what they cannot settle."""

from .columns import Column, Kind, Table
from .merges import steps_of
from .models import SqlModel

_PERSON = Column("person_id", Kind.TEXT, "The one person behind it.")
# A merge that ends at nobody, goes round in a circle or is too long changes nothing: the customer
# keeps their own id and the merge is shown as lost.
_LIVING = f"""
{steps_of("customers", "customer_id")}
SELECT s.customer_id, COALESCE(l.customer_id, s.customer_id) AS living_id
FROM step_8 s LEFT JOIN customers l ON l.customer_id = s.target AND l.merged_into IS NULL
UNION ALL
SELECT customer_id, customer_id AS living_id FROM customers WHERE merged_into IS NULL
"""

CUSTOMER_MERGES = SqlModel(
    package="tierwise.facts",
    output=Table(
        "customer_merges",
        "The customer that is left after all merges a source reports.",
        ("customer_id",),
        (
            Column("customer_id", Kind.TEXT, "A customer of a source."),
            Column("living_id", Kind.TEXT, "The one they were merged into, or themselves."),
        ),
    ),
    reads=("customers",),
    text=_LIVING,
)

EMAIL_OWNERS = SqlModel(
    package="tierwise.facts",
    output=Table(
        "email_owners",
        "Addresses that identify one person: no source gives them to two living customers.",
        ("email",),
        (Column("email", Kind.TEXT, "Normalised e-mail address."), _PERSON),
    ),
    reads=("customers", "customer_merges"),
)

PHONE_OWNERS = SqlModel(
    package="tierwise.facts",
    output=Table(
        "phone_owners",
        "Phone numbers that identify one person; they speak for customers without an address.",
        ("phone",),
        (Column("phone", Kind.TEXT, "Phone number: `+` and digits."), _PERSON),
    ),
    reads=("customers", "customer_merges", "email_owners"),
)

IDENTITIES = SqlModel(
    package="tierwise.facts",
    output=Table(
        "identities",
        "Every name a source uses for a customer, and the customer it stands for.",
        ("ref",),
        (
            Column("ref", Kind.TEXT, "A customer id, or `email:` or `phone:` and the address."),
            _PERSON,
            Column("customer_id", Kind.TEXT, "The account that covers the person, or the person."),
            Column("name", Kind.TEXT, "Name to show.", nullable=True),
            Column("created_at", Kind.INSTANT, "When a source first knew them.", nullable=True),
        ),
    ),
    reads=("customers", "customer_merges", "email_owners", "phone_owners"),
)

AMBIGUOUS_IDENTITIES = SqlModel(
    package="tierwise.facts",
    output=Table(
        "ambiguous_identities",
        "Addresses that two customers of one source share: not guessed, shown to the user.",
        ("source", "kind", "address"),
        (
            Column("source", Kind.TEXT, "The source that names both."),
            Column("kind", Kind.TEXT, "What they share.", choices=("email", "phone", "merge")),
            Column("address", Kind.TEXT, "The shared address, or the merge without an end."),
            Column("first_id", Kind.TEXT, "One customer."),
            Column("last_id", Kind.TEXT, "Another."),
            Column("customers", Kind.COUNT, "How many share it.", low=1),
        ),
    ),
    reads=("customers", "customer_merges"),
)

IDENTITY_MODELS = (
    CUSTOMER_MERGES,
    EMAIL_OWNERS,
    PHONE_OWNERS,
    IDENTITIES,
    AMBIGUOUS_IDENTITIES,
)

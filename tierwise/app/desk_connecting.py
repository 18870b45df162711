"""Connecting an account: who we are there is asked first, and then it is kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from tierwise.facts.desks import DeskAccount, DeskSecrets, Probe, SignIn
from tierwise.facts.problems import RefusedError, UsageError

from .ports import DeskBook
from .wiring import DESKS


@dataclass(frozen=True, slots=True)
class Connection:
    """What a user gives to connect an account; `account` is a subdomain or an address."""

    kind: str
    account: str
    client_id: str | None = None
    secret: str = field(default="", repr=False)
    browser: bool = False
    email: str | None = None
    redirect_port: int = 8799
    into_facts: bool = True

    @property
    def sign_in(self) -> SignIn:
        """UsageError when it is not clear how to sign in."""
        if self.email and not (self.client_id or self.browser):
            return "api_token"
        if not self.client_id or self.email:
            raise UsageError(
                "sign in with --client-id ID (OAuth), or with --email and an API token; "
                "the client is made in the admin centre under Apps and integrations, APIs"
            )
        return "authorization_code" if self.browser else "client_credentials"

    @property
    def secrets(self) -> DeskSecrets:
        """What signs us in at the start."""
        if self.sign_in == "api_token":
            return DeskSecrets(email=self.email or "", api_token=self.secret)
        return DeskSecrets(client_id=self.client_id or "", client_secret=self.secret)


def connect_desk(
    book: DeskBook,
    wanted: Connection,
    by: str,
    *,
    field_key: str,
    clock: Callable[[], int],
    show: Callable[[str], None],
) -> DeskAccount:
    """Sign in, ask who we are there, and keep the account. `show` opens a page in a browser.

    DeniedError when the desk does not let us in; nothing is kept then, nothing is written there.
    """
    kind = DESKS[wanted.kind]()
    address, sign_in = kind.address_of(wanted.account), wanted.sign_in
    browser = kind.browser(show, wanted.redirect_port) if sign_in == "authorization_code" else None
    tokens = kind.new_tokens(kind.signed_in(address, wanted.secrets, browser=browser, clock=clock))
    found = DeskAccount(
        account_id="",
        desk=wanted.kind,
        name=wanted.account,
        address=address,
        sign_in=sign_in,
        remote_id="",
        is_sandbox=None,
        into_facts=wanted.into_facts,
        connected_at=clock(),
        connected_by=by,
    )
    desk = kind.open(found, tokens, field_key=field_key, clock=clock)
    try:
        probe = desk.probe(clock())
    finally:
        desk.close()
    account = known_as(found, probe)
    _refuse_second(book.accounts(), account)
    return book.connect(account, tokens.secrets())


def _refuse_second(known: Iterable[DeskAccount], wanted: DeskAccount) -> None:
    """Tickets of two accounts bear the same numbers, and facts could not tell them apart."""
    if not wanted.into_facts:
        return
    for one in known:
        if one.into_facts and one.remote_id != wanted.remote_id:
            raise RefusedError(
                f"tickets are read from {one.shown} already, and those of {wanted.name} bear the "
                "same numbers; connect it with --no-tickets"
            )


def known_as(found: DeskAccount, probe: Probe) -> DeskAccount:
    """The account under the name and number that the desk gives it."""
    return replace(found, name=probe.name, remote_id=probe.remote_id, is_sandbox=probe.is_sandbox)

"""Signing in at an account of Zendesk for the first time, in a browser or without."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from tierwise.facts.desks import DeskSecrets

from .loopback_code import code_catcher, new_proof
from .rate_budget import Budget
from .zendesk import LIMITS
from .zendesk_auth import Grants, authorize_url


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody allows us in: `show` opens an address, the code comes back to `port`."""

    show: Callable[[str], None]
    port: int


def signed_in(
    address: str,
    who: DeskSecrets,
    *,
    browser: Browser | None,
    clock: Callable[[], float],
    sleep: Callable[[float], None] = time.sleep,
) -> DeskSecrets:
    """The secrets with tokens. An API token needs none; DeniedError when nobody lets us in."""
    if who.api_token:
        return who
    grants = Grants(address, Budget(LIMITS, clock=time.monotonic, sleep=sleep), clock)
    try:
        if browser is None:
            return grants.by_client(who.client_id, who.client_secret)
        return _by_browser(grants, address, who, browser)
    finally:
        grants.close()


def _by_browser(grants: Grants, address: str, who: DeskSecrets, browser: Browser) -> DeskSecrets:
    proof = new_proof(os.urandom)
    with code_catcher(browser.port, proof.state) as catcher:
        url = authorize_url(
            address,
            client_id=who.client_id,
            redirect_uri=catcher.redirect_uri,
            state=proof.state,
            challenge=proof.challenge,
        )
        browser.show(url)
        return grants.by_code(who, catcher.code(), proof.verifier, catcher.redirect_uri)

"""A browser without a screen: asks the application directly, keeps cookies, never follows."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from fastapi import FastAPI

from tierwise.app.questions import Answers
from tierwise.app.session import SessionSecrets
from tierwise.app.web import make_app

from .remembered_answers import NOW, RememberedAnswers

PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"
SECRETS = SessionSecrets(owner_token="right-token", signing_key=b"k" * 32)


@dataclass
class Asking:
    """One visitor of one application."""

    app: FastAPI
    client: str = "127.0.0.1"
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self.ask("GET", address, **more)

    def post(self, address: str, **more: Any) -> httpx.Response:
        return self.ask("POST", address, **more)

    def ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        # In a thread of its own: a browser of another test may keep a loop running in this one.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(asyncio.run, self._ask(method, address, more)).result()

    async def _ask(self, method: str, address: str, more: dict[str, Any]) -> httpx.Response:
        way = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(self.client, 1))
        async with httpx.AsyncClient(transport=way, base_url=HOME, cookies=self.cookies) as client:
            answer = await client.request(method, address, **more)
            self.cookies = client.cookies
        return answer

    def send_form(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Open a page, then send one of its forms with the hidden token."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return self.post(action, data=fields | {"csrf": found[1]})


def demo(answers: Answers | None = None) -> Asking:
    """A visitor of the demo, where nobody signs in."""
    shop = answers or RememberedAnswers()
    return Asking(make_app(shop, secrets=SECRETS, demo=True, port=PORT, clock=lambda: NOW))


def served(answers: Answers | None = None, hosts: tuple[str, ...] = ()) -> Asking:
    """A visitor of a shop that is served for real, not signed in yet."""
    shop = answers or RememberedAnswers()
    app = make_app(shop, secrets=SECRETS, demo=False, port=PORT, hosts=hosts, clock=lambda: NOW)
    return Asking(app)


def owner(answers: Answers | None = None) -> Asking:
    """The same, signed in."""
    asking = served(answers)
    assert asking.get("/?token=right-token").status_code == 303
    return asking


def read(asking: Asking, address: str) -> str:
    """A page's words, as they stand one after the other."""
    page = asking.get(address)
    assert page.status_code == 200
    text = re.sub(r"<title>.*?</title>|<[^>]+>", " ", page.text)
    return re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s+", " ", unescape(text)))


def links(asking: Asking, address: str) -> set[str]:
    return {unescape(href) for href in re.findall(r'href="([^"]+)"', asking.get(address).text)}

"""What these tests would miss nobody would tell them: the watching itself finds what is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Product, Watched
from tests.browser.test_pages import LOOK, NARROW, reached_by_keyboard

pytestmark = [pytest.mark.stack, pytest.mark.browser]

BAD = """<style>a:focus { outline: none } div { width: 400px; height: 1px }</style><h1>One</h1><h1>Two</h1>
<main><a href="#">Here</a><div id="x"></div><div id="x"></div><button></button><img src="data:,">
<form><input name="unnamed" disabled></form></main>"""


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("() => console.error('oh')", "error: oh"),
        ("() => void setTimeout(() => { throw new Error('oh') })", "error: oh"),
        ("() => document.body.insertAdjacentHTML('beforeend', '<p style=color:red>')", "Content Security Policy"),
        ("() => fetch('http://127.0.0.1:9/').catch(() => 0)", "Content Security Policy"),
    ],
)
def test_a_page_that_complains_is_found(chromium: Browser, product: Product, deed: str, said: str) -> None:
    watched = Watched(chromium, product)
    page = watched()
    page.goto("/accounts/login/")
    page.evaluate(deed)
    for _ in range(100):
        # Only while the browser is waited for does it tell anything.
        if watched.faults:
            break
        page.wait_for_timeout(20)
    watched.close()
    assert any(said in fault for fault in watched.faults), watched.faults


def test_a_page_that_is_not_for_everybody_is_found(chromium: Browser, product: Product) -> None:
    watched = Watched(chromium, product)
    page = watched(viewport=NARROW)
    page.set_content(BAD)
    faults, lost = page.evaluate(LOOK), reached_by_keyboard(page)
    watched.close()
    kinds = {fault.partition(":")[0] for fault in faults}
    assert kinds >= {"no lang", "no title", "2 h1", "no label", "no name", "no alt", "twice"}
    assert any("px wide" in fault for fault in faults)
    assert {fault.partition(":")[0] for fault in lost} == {"focus is not seen", "Tab does not reach the form"}

"""French in a real browser: it fits a small screen, and a scanned link outlives the sign-in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, Product, sign_in
from tests.browser.test_pages import LOOK, NARROW

pytestmark = [pytest.mark.stack, pytest.mark.browser]


# The picture is drawn, and not only named; the screen is made anew every two seconds.
DRAWN = """() => {
  const each = document.querySelector(".phone-qr img");
  return each && each.complete && each.naturalWidth > 0 && each.clientWidth > 150 && each.clientHeight > 150;
}"""


def test_french_pages_fit_a_small_screen(product: Product, opened: Opened) -> None:
    page = opened(viewport=NARROW, java_script_enabled=False)
    sign_in(page, product, "Pierre")
    # A form like any other: it works without JavaScript, and stays on the page.
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1, name="Votre famille")).to_be_visible()

    teen = f"/family/{product.teen('Theo')['id']}"
    keys = ("time.daily_minutes", "time.away", "content.labels", "dm.nudity_protection", "purchase.monthly_cap")
    paths = ["/", "/pair", "/requests", teen, f"{teen}/history", f"{teen}/end", "/demo/", "/demo/mail"]
    faults: dict[str, Any] = {}
    for path in (*paths, *(f"{teen}/controls/{key}" for key in keys)):
        page.goto(path, wait_until="load")
        assert page.evaluate("document.documentElement.lang") == "fr", path
        faults[path] = page.evaluate(LOOK)
    assert {path: found for path, found in faults.items() if found} == {}
    page.get_by_role("button", name="English").click()


def test_a_scanned_link_outlives_the_sign_in(product: Product, opened: Opened) -> None:
    phone = opened()
    link = offered(phone, product)
    parent, page = product.parent("Mallory"), opened(viewport=NARROW)
    page.goto(link)
    page.get_by_label("Email").fill(parent["email"])
    page.get_by_label("Password", exact=True).fill(parent["password"])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("You opened the link from your teen's app.")).to_be_visible()
    assert "#" not in page.url
    page.get_by_role("button", name="Pair by this link").click()
    expect(page.get_by_role("heading", name="Waiting for Tara to confirm")).to_be_visible()
    expect(phone.get_by_text("Mallory wants to supervise you")).to_be_visible()
    phone.get_by_role("button", name="No", exact=True).click()
    expect(phone.get_by_text("You said no.")).to_be_visible()
    expect(page.get_by_role("heading", name="This did not become a pairing")).to_be_visible()


def offered(phone: Page, product: Product) -> str:
    """Start to pair on a teen's phone; return the link that the QR code carries."""
    phone.goto(f"/demo/phone?teen={product.teen('Tara')['id']}")
    phone.get_by_role("button", name="Family", exact=True).click()
    phone.get_by_role("button", name="Pair with a parent").click()
    expect(phone.get_by_role("img", name="QR code of your pairing")).to_be_visible()
    phone.wait_for_function(DRAWN)
    link = phone.locator(".phone-qr").get_attribute("href")
    assert link is not None
    return link

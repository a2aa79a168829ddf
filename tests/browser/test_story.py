"""A family meets, changes something, sees it arrive, and parts: the parent's page beside the teen's phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Opened, Product, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.browser]

CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}$")
KEY, VALUE = "comment.who", "nobody"

expect.set_options(timeout=20_000)


def test_a_family_meets_and_parts(product: Product, opened: Opened) -> None:
    parent, phone = opened(), opened()
    sign_in(parent, product, "Mallory")
    expect(parent.get_by_role("heading", name="Nobody is paired yet")).to_be_visible()
    phone.goto(f"/demo/phone?teen={product.teen('Tara')['id']}")
    expect(phone.get_by_role("status")).to_contain_text("Live")

    pair(parent, phone)
    change(parent, phone, product)
    look_back(parent, phone, product)
    part(parent, phone)


def pair(parent: Page, phone: Page) -> None:
    """Start on the phone, type the code in the dashboard, confirm on the phone."""
    tab(phone, "Family")
    expect(phone.get_by_text("Nobody supervises you.")).to_be_visible()
    phone.get_by_role("button", name="Pair with a parent").click()
    code = phone.get_by_text(CODE).inner_text()
    parent.get_by_role("link", name="I have a code").click()
    parent.get_by_role("main").get_by_role("textbox").fill(code.lower().replace("-", " "))
    parent.get_by_role("button", name="Pair", exact=True).click()
    expect(parent.get_by_role("heading", level=1, name="Waiting for Tara to confirm")).to_be_visible()

    expect(phone.get_by_role("heading", name="Mallory wants to supervise you")).to_be_visible()
    phone.get_by_role("button", name="Yes, pair").click()
    expect(phone.get_by_role("heading", name="Mallory supervises you")).to_be_visible()
    # The waiting page goes on by itself.
    expect(parent.get_by_role("heading", level=1, name="Tara", exact=True)).to_be_visible()


def change(parent: Page, phone: Page, product: Product) -> None:
    """Change a control on the dashboard, and follow it to the phone and back."""
    tab(phone, "Settings")
    name, value = product.name_of(KEY), product.value_of(KEY, VALUE)
    expect(row(phone, name)).not_to_contain_text(value)
    let_read, let_obey = hold(phone, "**/v1/me/settings"), hold(phone, "**/v1/me/applied")
    own = row(parent, name)
    own.get_by_role("link", name="Change").click()
    own.get_by_label(value, exact=True).check()
    own.get_by_role("button", name="Save").click()
    expect(parent.get_by_text(f"Saved. {name} is now: {value}")).to_be_visible()

    expect(parent.get_by_text("The last change was sent to phone 1.")).to_be_attached()
    let_read()
    expect(row(phone, name)).to_contain_text(value)
    expect(parent.get_by_text("Phone 1 has received the last change.")).to_be_attached()
    let_obey()
    expect(parent.get_by_text("Phone 1 enforces the last change.")).to_be_attached()


def look_back(parent: Page, phone: Page, product: Product) -> None:
    """Both read the same history."""
    tab(phone, "History")
    parent.get_by_role("link", name="History").click()
    expect(parent.get_by_role("heading", level=1, name="History")).to_be_visible()
    for page in (parent, phone):
        newest = page.get_by_role("listitem").filter(has_text=product.name_of(KEY)).first
        expect(newest).to_contain_text(product.value_of(KEY, VALUE))
    expect(phone.get_by_role("listitem").filter(has_text=product.name_of(KEY)).first).to_contain_text("Mallory")


def part(parent: Page, phone: Page) -> None:
    """Stop supervising; the phone shows it at once."""
    tab(phone, "Family")
    expect(phone.get_by_role("heading", name="Mallory supervises you")).to_be_visible()
    parent.get_by_role("link", name="Tara").click()
    parent.get_by_role("link", name="Stop supervising").click()
    expect(parent.get_by_role("heading", level=1, name="Stop supervising Tara?")).to_be_visible()
    parent.get_by_role("button", name="Stop supervising").click()
    expect(parent.get_by_role("heading", name="Nobody is paired yet")).to_be_visible()
    expect(phone.get_by_text("Nobody supervises you.")).to_be_visible()


def tab(phone: Page, name: str) -> None:
    """Open one of the phone's screens."""
    phone.get_by_role("button", name=name, exact=True).click()


def row(page: Page, name: str) -> Locator:
    """Return the part of a page that is about a control."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


def hold(page: Page, pattern: str) -> Callable[[], None]:
    """Hold back what a page asks, and return what lets it go."""
    held: list[Route] = []
    is_open = False

    def take(route: Route) -> None:
        if is_open:
            route.continue_()
        else:
            held.append(route)

    def let_go() -> None:
        nonlocal is_open
        is_open = True
        for route in held:
            route.continue_()

    page.route(pattern, take)
    return let_go

"""A teen asks on the phone, a parent answers on a small screen without JavaScript, and the phone follows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, Product, sign_in
from tests.browser.test_pages import LOOK, NARROW, reached_by_keyboard
from tests.browser.test_story import tab

pytestmark = [pytest.mark.stack, pytest.mark.browser]

KEY, VALUE = "account.visibility", "public"


def test_a_teen_asks_and_a_parent_answers(product: Product, opened: Opened) -> None:
    parent, phone = opened(viewport=NARROW, java_script_enabled=False), opened()
    sign_in(parent, product, "Paula")
    phone.goto(f"/demo/phone?teen={product.teen('Tess')['id']}")
    expect(phone.get_by_role("status")).to_contain_text("Live")
    name, value = product.name_of(KEY), product.value_of(KEY, VALUE)

    ask(phone, name, value, "For my drawings.")
    refuse(parent)
    expect(phone.get_by_text("Paula says: “Ask again in spring.”")).to_be_visible()
    tab(phone, "Settings")
    ask(phone, name, value, "It is spring.")
    approve(parent, name, value)
    expect(phone.get_by_text("Approved", exact=True)).to_be_visible()
    tab(phone, "Settings")
    row = phone.get_by_role("listitem").filter(has=phone.get_by_role("heading", name=name, exact=True))
    expect(row).to_contain_text(value)


def test_the_inbox_is_for_everybody(product: Product, opened: Opened) -> None:
    parent, phone = opened(viewport=NARROW), opened()
    sign_in(parent, product, "Paula")
    phone.goto(f"/demo/phone?teen={product.teen('Tess')['id']}")
    expect(phone.get_by_role("status")).to_contain_text("Live")
    name = product.name_of("time.daily_minutes")
    row = phone.get_by_role("listitem").filter(has=phone.get_by_role("heading", name=name, exact=True))
    row.get_by_role("button", name="Ask a parent").click()
    phone.get_by_label("Minutes today, in all").fill("600")
    phone.get_by_role("button", name="Ask", exact=True).click()
    expect(phone.get_by_text("Still to answer: Paula").or_(phone.get_by_text("is enough: Paula"))).to_be_visible()

    parent.goto("/requests", wait_until="load")
    expect(parent.get_by_role("heading", name="Tess asks for more time today, in all: 10 hours")).to_be_visible()
    assert parent.evaluate(LOOK) == []
    assert not reached_by_keyboard(parent)
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_text("Taken back by you")).to_be_visible()


def ask(phone: Page, name: str, value: str, reason: str) -> None:
    """Ask for a value on the phone."""
    row = phone.get_by_role("listitem").filter(has=phone.get_by_role("heading", name=name, exact=True))
    row.get_by_role("button", name="Ask a parent").click()
    phone.get_by_label(value, exact=True).check()
    phone.get_by_label("Why? Your parent reads this.").fill(reason)
    phone.get_by_role("button", name="Ask", exact=True).click()
    expect(phone.get_by_text("Waiting for an answer")).to_be_visible()


def refuse(parent: Page) -> None:
    """Refuse with a reason, in the inbox."""
    parent.goto("/")
    parent.get_by_role("link", name="Tess asks for something.").click()
    parent.get_by_label("Why not? Your teen reads this.").fill("Ask again in spring.")
    parent.get_by_role("button", name="Refuse").click()
    expect(parent.get_by_text("You refused it.")).to_be_visible()


def approve(parent: Page, name: str, value: str) -> None:
    """Approve from now on, in the inbox."""
    parent.goto("/requests")
    expect(parent.get_by_role("heading", name=f"Tess asks for “{name}”: {value}")).to_be_visible()
    parent.get_by_label("From now on").check()
    parent.get_by_role("button", name="Approve").click()
    expect(parent.get_by_text("You approved it.")).to_be_visible()

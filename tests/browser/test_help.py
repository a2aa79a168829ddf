"""Help on the phone and as a page: whom to call is there for everybody, and who leaves quickly leaves no trace."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened, Product
from tests.browser.test_pages import LOOK, NARROW, reached_by_keyboard
from tests.browser.test_story import tab

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_a_teen_finds_whom_to_call(product: Product, opened: Opened) -> None:
    phone = opened()
    phone.goto(f"/demo/phone?teen={product.teen('Tess')['id']}")
    tab(phone, "Help")
    expect(phone.get_by_role("heading", name="People who listen")).to_be_visible()
    expect(phone.get_by_role("link", name="Call 3018")).to_have_attribute("href", "tel:3018")
    line = phone.get_by_role("listitem").filter(has=phone.get_by_role("link", name="Call 3018"))
    expect(line).to_contain_text("09:00 to 23:00")
    expect(phone.get_by_text("3020")).to_have_count(0)


def test_the_page_is_for_everybody_and_is_left_without_a_trace(opened: Opened) -> None:
    page = opened(viewport=NARROW)
    page.goto("/accounts/login/")
    page.goto("/help")
    page.get_by_label("Where?").select_option(label="France")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Call 112")).to_have_attribute("href", "tel:112")
    assert page.evaluate(LOOK) == []
    assert not reached_by_keyboard(page)

    # Where it leads is another site; here it leads to another page, so that nobody else is asked.
    page.evaluate("document.querySelector('[data-leave]').href = '/accounts/signup/'")
    page.keyboard.press("Escape")
    page.wait_for_url("**/accounts/signup/")
    page.go_back()
    page.wait_for_url("**/accounts/login/")

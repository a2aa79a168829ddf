"""A parent tries what would happen: sees no and why, drafts another value, sees the difference, and saves nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opened, Product, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ADULT = "The other person is an adult, or may be one."


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_may_tess_message_somebody_of_19(product: Product, opened: Opened, has_script: bool) -> None:
    page = opened(java_script_enabled=has_script)
    sign_in(page, product, "Paula")
    page.get_by_role("link", name="Tess", exact=True).click()
    name, value = product.name_of("contact.adults"), product.value_of("contact.adults", "friends_only")
    before = row(page).inner_text()
    page.get_by_role("link", name="Try it").click()
    page.get_by_label("What your teen would do").select_option(label="Write a direct message")
    page.get_by_role("button", name="Choose").click()

    page.get_by_label("How old the other person is").fill("19")
    page.get_by_label("How they are tied").select_option(label="They are friends")
    page.get_by_role("button", name="Ask", exact=True).press("Enter")
    answer = page.locator("#answer")
    expect(answer).to_contain_text("No, your teen cannot do this.")
    expect(answer.get_by_role("listitem").filter(has_text=ADULT)).to_contain_text(name)
    assert answer.get_attribute("aria-live") == "polite"

    page.get_by_text("What if a setting were another one?").click()
    page.get_by_label(name).select_option(label=value)
    page.get_by_role("button", name="Ask", exact=True).press("Enter")
    expect(answer).to_contain_text("With what you tried")
    expect(answer.get_by_role("listitem").filter(has_text=ADULT)).to_have_count(1)
    expect(answer.locator(".shift-looser")).to_contain_text(value)
    expect(answer).to_contain_text("Nothing was saved.")

    page.goto(f"/family/{product.teen('Tess')['id']}")
    assert row(page).inner_text() == before


def row(page: Page) -> Locator:
    """Return the control about adults on the teen's page."""
    return page.locator("#control-contact-adults")

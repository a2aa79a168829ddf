"""A teen hides words on the phone: they stay apart from those of the parents, who see nothing of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened, Product, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.browser]

KEY = "content.keywords"


def test_a_teen_hides_words_and_no_parent_sees_it(product: Product, opened: Opened) -> None:
    parent, phone = opened(), opened()
    sign_in(parent, product, "Paula")
    page = f"/family/{product.teen('Tess')['id']}"
    parent.goto(page)
    parent.locator("#change-content-keywords").click()
    parent.get_by_label("Words, one a line").fill("casino")
    parent.get_by_role("button", name="Save").click()
    phone.goto(f"/demo/phone?teen={product.teen('Tess')['id']}")
    row = phone.get_by_role("listitem").filter(has=phone.get_by_role("heading", name=product.name_of(KEY), exact=True))
    expect(row).to_contain_text("casino")

    row.get_by_role("button", name="casino").click()
    expect(phone.get_by_text("Your parents added: casino")).to_be_visible()
    phone.get_by_label("Your own, one a line; no parent sees them").fill("zebra\nquagga")
    phone.get_by_role("button", name="Choose", exact=True).click()
    expect(row).to_contain_text("casino, quagga, zebra")

    for path in (page, f"{page}/controls/{KEY}", f"{page}/history"):
        parent.goto(path)
        assert "zebra" not in parent.content()
        assert "a list of their own" not in parent.content()
    parent.goto(page)
    expect(parent.locator("#control-content-keywords")).to_contain_text("1 entry")

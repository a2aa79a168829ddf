"""What changes next stands on the parent's page and on the teen's phone in the same words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opened, Product, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_what_changes_next_reads_the_same_on_both_sides(product: Product, opened: Opened) -> None:
    parent, phone = opened(), opened()
    tess = product.teen("Tess")["id"]
    sign_in(parent, product, "Paula")
    parent.goto(f"/family/{tess}")
    section = parent.get_by_role("region", name="What changes next")
    headline = section.get_by_role("heading", level=3).first
    expect(headline).to_contain_text("Birthday at ")

    phone.goto(f"/demo/phone?teen={tess}")
    phone.get_by_role("button", name="Family", exact=True).click()
    expect(phone.get_by_role("heading", name="What changes next")).to_be_visible()
    expect(phone.get_by_text(headline.inner_text())).to_be_visible()
    for sentence in section.locator("p:not(.help)").all_inner_texts():
        expect(phone.get_by_text(sentence).first).to_be_visible()

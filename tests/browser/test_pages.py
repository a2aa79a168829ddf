"""The pages serve everybody: without JavaScript, on a small screen, by keyboard, with a screen reader."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened, Product, sign_in

pytestmark = [pytest.mark.stack, pytest.mark.browser]

NARROW = {"width": 360, "height": 740}
OPEN = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/demo/", "/demo/mail", "/demo/phone")
TABS = 40

# What a page may not have, in words; everything is read off the page as it is shown.
LOOK = """() => {
  const faults = [];
  const name = (each) => each.outerHTML.slice(0, 80);
  if (!document.documentElement.lang) faults.push("no lang");
  if (!document.title.trim()) faults.push("no title");
  const heads = [...document.querySelectorAll("h1")].filter((each) => each.offsetParent);
  if (heads.length !== 1) faults.push(`${heads.length} h1`);
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  for (const each of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    const said = each.getAttribute("aria-label") || each.getAttribute("aria-labelledby");
    if (!said && ![...each.labels].some((label) => label.textContent.trim())) faults.push(`no label: ${name(each)}`);
  }
  for (const each of document.querySelectorAll("button, a[href]")) {
    if (!each.textContent.trim() && !each.getAttribute("aria-label")) faults.push(`no name: ${name(each)}`);
  }
  for (const each of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${name(each)}`);
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`twice: #${id}`);
  const width = document.documentElement.scrollWidth;
  if (width > window.innerWidth) faults.push(`${width} px wide`);
  return faults;
}"""
FOCUS = """() => {
  const each = document.activeElement, style = getComputedStyle(each);
  const isSeen = style.outlineStyle !== "none" || style.boxShadow !== "none";
  const isField = each.matches("main form input, main form select, main form button, main form textarea");
  return { name: each.outerHTML.slice(0, 80), isSeen, isField, isBody: each === document.body };
}"""


def test_the_dashboard_works_without_javascript(product: Product, opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    sign_in(page, product, "Paula")
    page.get_by_role("link", name="Tess", exact=True).click()
    name, value = product.name_of("comment.who"), product.value_of("comment.who", "nobody")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))
    row.get_by_role("link", name="Change").click()

    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_label(value, exact=True).check()
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_text("If you save, this changes for your teen:")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Saved. {name} is now: {value}")).to_be_visible()
    expect(row).to_contain_text(value)


@pytest.mark.parametrize("path", OPEN)
def test_an_open_page_is_for_everybody(opened: Opened, path: str) -> None:
    page = opened(viewport=NARROW)
    page.goto(path, wait_until="load")
    assert page.evaluate(LOOK) == []
    assert not reached_by_keyboard(page)


def test_a_parents_pages_are_for_everybody(product: Product, opened: Opened) -> None:
    page = opened(viewport=NARROW)
    sign_in(page, product, "Paula")
    teen = f"/family/{product.teen('Theo')['id']}"
    paths = ["/", "/pair", teen, f"{teen}/controls/comment.who", f"{teen}/controls/time.daily_minutes"]
    paths += [f"{teen}/controls/time.bedtime", f"{teen}/history", f"{teen}/try", f"{teen}/end", "/accounts/logout/"]
    faults: dict[str, Any] = {}
    for path in paths:
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        faults[path] = page.evaluate(LOOK) + reached_by_keyboard(page)
    assert not {path: found for path, found in faults.items() if found}


def reached_by_keyboard(page: Page) -> list[str]:
    """Go by Tab until the page's form is reached, and return where the focus could not be seen."""
    has_form = page.locator("main form").first.is_visible()
    page.keyboard.press("Tab")
    faults: list[str] = []
    for _ in range(TABS):
        focus = page.evaluate(FOCUS)
        if focus["isField"] or focus["isBody"]:
            break
        if not focus["isSeen"]:
            faults.append(f"focus is not seen: {focus['name']}")
        page.keyboard.press("Tab")
    if has_form and not page.evaluate(FOCUS)["isField"]:
        faults.append("Tab does not reach the form")
    return faults

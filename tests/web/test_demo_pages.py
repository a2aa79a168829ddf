"""The demo's pages answer this machine and nobody else, and only in the demo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client, override_settings

from tests.web.test_family_pages import text

PATHS = ("/demo/", "/demo/mail", "/demo/phone")
TEEN = {"id": "01a2", "name": "Tess", "age": 14, "device_token": "fpd_secret", "external_id": "demo-tess"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """Give the demo a family and a folder for mail."""
    (tmp_path / "demo.json").write_text(json.dumps({"teens": [TEEN], "parents": []}))
    (tmp_path / "mail").mkdir()
    with override_settings(DEMO=True, HOME=tmp_path, EMAIL_FILE_PATH=str(tmp_path / "mail"), ALLOWED_HOSTS=["*"]):
        yield tmp_path


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "localhost"])
def test_this_machine_sees_the_demo(path: str, host: str) -> None:
    assert here(path, host=host).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "said",
    [
        {"HTTP_HOST": "family.example"},
        {"HTTP_HOST": "localhost.family.example"},
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    ],
)
def test_nobody_else_does(path: str, said: dict[str, str]) -> None:
    where = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", **said}
    answer = Client().get(path, **where)  # type: ignore[arg-type]  # what a server says of a request
    assert answer.status_code == 404
    assert "fpd_secret" not in answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_there_is_no_demo_without_the_setting(path: str) -> None:
    with override_settings(DEMO=False):
        assert here(path).status_code == 404


def test_the_phone_gets_its_token_in_a_page_that_nobody_keeps() -> None:
    answer = here("/demo/phone?teen=01a2")
    assert "fpd_secret" in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]


def test_mail_is_shown_newest_first(home: Path) -> None:
    assert "No mail has been sent yet" in text(here("/demo/mail"))
    backend = EmailBackend(file_path=str(home / "mail"))
    mails = [EmailMessage(f"Subject {n}", f"Body {n}", "a@family.example", ["b@family.example"]) for n in (1, 2)]
    backend.send_messages(mails)
    page = text(here("/demo/mail"))
    assert page.index("Subject 2") < page.index("Subject 1")
    assert "Body 1" in page


def here(path: str, *, host: str = "localhost:8000") -> Any:
    """Open a page on this machine."""
    return Client().get(path, HTTP_HOST=host, REMOTE_ADDR="127.0.0.1")

"""`manage.py check --deploy`: what of the settings does not go together, each with its cure."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import override_settings

# Whether the policy was released is asked of the database.
pytestmark = pytest.mark.django_db
OURS = {"family_pairing.W001", "family_pairing.W002", "family_pairing.E003"}
GOOD = {
    "HTTPS": True,
    "EMAIL_HOST": "mail.family.example",
    "DEFAULT_FROM_EMAIL": "Family Pairing <no-reply@family.example>",
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, set()),
        ({"EMAIL_HOST": "localhost"}, {"family_pairing.W001"}),
        ({"EMAIL_HOST": "127.0.0.1"}, {"family_pairing.W001"}),
        ({"EMAIL_HOST": "::1"}, {"family_pairing.W001"}),
        ({"EMAIL_HOST": ""}, {"family_pairing.W001"}),
        ({"DEFAULT_FROM_EMAIL": "Family Pairing <family-pairing@localhost>"}, {"family_pairing.W002"}),
        ({"DEFAULT_FROM_EMAIL": "family-pairing@localhost"}, {"family_pairing.W002"}),
        ({"DEFAULT_FROM_EMAIL": ""}, {"family_pairing.W002"}),
        ({"HTTPS": False, "EMAIL_HOST": "localhost"}, {"family_pairing.E003"}),
    ],
)
def test_a_deployment_without_mail_is_told(changed: dict[str, object], told: set[str]) -> None:
    with override_settings(**GOOD | changed):
        found = [each for each in run_checks(include_deployment_checks=True) if each.id in OURS]
        without = {each.id for each in run_checks()}
    assert {each.id for each in found} == told
    assert all(each.hint for each in found)
    # `make run` and the tests have no mail server and are not told.
    assert not OURS & without

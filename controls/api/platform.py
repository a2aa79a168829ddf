"""What a platform's services ask: accounts and their settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts.api.base import validated, with_etag
from accounts.api.doors import AccountsDoor, SettingsDoor
from accounts.models import Account
from controls.api.etags import etag_of
from controls.api.serializers import ProfileSerializer
from controls.enrolment import Profile, band_of, enrol
from controls.snapshots import present_account, settings_of
from ledger import clock
from ledger.moments import iso


class AccountOne(AccountsDoor):
    """Make an account known, or read what is held of it."""

    @extend_schema(
        operation_id="account_put",
        request=ProfileSerializer,
        responses={200: OpenApiTypes.OBJECT, 201: OpenApiTypes.OBJECT},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Answer 201 for a new account, 200 for one that is known; twice is once."""
        now = clock.now()
        said = validated(ProfileSerializer, request)
        profile = profile_from(said, now)
        enrolled = enrol(access.new_external_id(external_id), profile, actor=self.service.actor, at=now)
        return Response(account_body(enrolled.account, enrolled.band), status=201 if enrolled.is_new else 200)

    @extend_schema(operation_id="account_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, external_id: str) -> Response:
        """Answer what is held, the birth date left out."""
        account = access.account_for_service(external_id)
        return Response(account_body(account, band_of(account, clock.now())))


class AccountSettings(SettingsDoor):
    """Read what applies to an account."""

    @extend_schema(operation_id="account_settings", responses={200: OpenApiTypes.OBJECT, 304: None})
    def get(self, request: Request, external_id: str) -> Response:
        """Answer the enforced values with their reasons, under an ETag."""
        account = access.account_for_service(external_id)
        present = present_account(account, at=clock.now())
        return with_etag(request, etag_of(present), lambda: settings_of(present))


def profile_from(said: dict[str, Any], at: datetime) -> Profile:
    """Return a validated body as a profile; a range of ages is stated today."""
    age = said.pop("age_range", None) or {}
    stated_on = at.date() if age else None
    return Profile(**said, age_from=age.get("from"), age_until=age.get("until"), age_stated_on=stated_on)


def account_body(account: Account, band: str) -> dict[str, Any]:
    """Return the shape of an account: never the birth date."""
    return {
        "id": str(account.pk),
        "external_id": account.external_id,
        "age_band": band,
        "age_assurance": account.age_assurance,
        "place": account.place,
        "time_zone": account.time_zone,
        "language": account.language,
        "handle": account.handle,
        "currency": account.currency,
        "enrolled_at": iso(account.enrolled_at),
    }

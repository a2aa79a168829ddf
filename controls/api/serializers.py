"""The shapes of requests about accounts, choices and what is enforced."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.base import StrictSerializer
from controls.packs.atlas import complaint, every_place
from controls.policy.facts import Assurance

ZONES = frozenset(name for name in available_timezones() if "/" in name and not name.startswith(("posix", "right")))


class AgeRangeSerializer(StrictSerializer):
    """`{"from", "until"}` in years; `until` may be missing."""

    until = serializers.IntegerField(min_value=0, max_value=130, required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which Python does not allow as a name."""
        return {"from": serializers.IntegerField(min_value=0, max_value=130), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Expect an end that is not before the start."""
        if attrs.get("until") is not None and attrs["until"] < attrs["from"]:
            raise serializers.ValidationError({"until": "Expected an age that is not below `from`."})
        return attrs


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$", "example": "FR"})
class PlaceField(serializers.CharField):
    """A country or a subdivision of ISO 3166."""

    def to_internal_value(self, data: Any) -> str:
        """Return the code of a place that there is."""
        place = super().to_internal_value(data)
        if place not in every_place():
            raise serializers.ValidationError(complaint(place), "invalid")
        return place


class ProfileSerializer(StrictSerializer):
    """What the platform says of an account."""

    birth_date = serializers.DateField(required=False, allow_null=True)
    age_range = AgeRangeSerializer(required=False, allow_null=True)
    place = PlaceField()
    time_zone = serializers.ChoiceField(
        sorted(ZONES), error_messages={"invalid_choice": "Expected an IANA name, such as `Europe/Paris`."}
    )
    language = serializers.RegexField(
        r"^[a-z]{2,3}(-[A-Z]{2})?$", default="en", error_messages={"invalid": "Expected a language, such as `fr`."}
    )
    age_assurance = serializers.ChoiceField(
        [each.value for each in Assurance],
        default=Assurance.ASSERTED.value,
        error_messages={"invalid_choice": f"Expected one of {', '.join(f'`{each}`' for each in Assurance)}."},
    )
    handle = serializers.CharField(max_length=60)
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", default="EUR", error_messages={"invalid": "Expected a currency of ISO 4217, such as `EUR`."}
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Expect at most one way to say the age."""
        if attrs.get("birth_date") and attrs.get("age_range"):
            raise serializers.ValidationError({"age_range": "Expected either `birth_date` or `age_range`."})
        return attrs


class ChoiceSerializer(StrictSerializer):
    """`{"value"}` of the control's kind; the kind says what is wrong with it."""

    value = serializers.JSONField()


class AppliedSerializer(StrictSerializer):
    """`{"version", "app_version"}`: what a device enforces now."""

    version = serializers.CharField(max_length=48)
    app_version = serializers.CharField(max_length=40)

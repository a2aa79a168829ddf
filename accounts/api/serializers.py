"""The shapes of requests about devices and pairings."""

from __future__ import annotations

from rest_framework import serializers

from accounts.api.base import StrictSerializer


class NothingSerializer(StrictSerializer):
    """A body without fields."""


class ClaimSerializer(StrictSerializer):
    """`{"code"}` or `{"token"}` of the QR."""

    code = serializers.CharField(max_length=60, required=False)
    token = serializers.CharField(max_length=60, required=False)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Expect exactly one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Expected either `code` or `token`.")
        return attrs


class FollowSerializer(StrictSerializer):
    """`{"state"}`: what is said of the tie from the first account of the address to the second."""

    state = serializers.ChoiceField(
        ["asked", "accepted", "refused"],
        default="asked",
        error_messages={"invalid_choice": "Expected `asked`, `accepted` or `refused`."},
    )


class ConfirmSerializer(StrictSerializer):
    """`{"parent_id"}`: the parent whom the teen was shown."""

    parent_id = serializers.UUIDField()

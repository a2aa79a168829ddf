"""What people said: parents' settings, teens' choices; and what devices say that they enforce."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from accounts.models import Account, Device, Pairing


class SettingQuerySet(models.QuerySet["Setting"]):
    """Words for settings."""

    def standing(self) -> SettingQuerySet:
        return self.filter(until=None)

    def over(self, at: datetime) -> SettingQuerySet:
        """Temporary ones whose end has come."""
        return self.filter(until__lte=at)


class Setting(models.Model):
    """What a parent has said about one control, standing or until a moment; never what applies."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="settings")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    until = models.DateTimeField(null=True)
    said_at = models.DateTimeField()

    objects = SettingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_setting_a_control", fields=["pairing", "key"], condition=models.Q(until=None)
            ),
            models.UniqueConstraint(
                name="one_temporary_setting_a_control", fields=["pairing", "key"], condition=~models.Q(until=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="setting_until", condition=~models.Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.key} by pairing {self.pairing_id}"


class Choice(models.Model):
    """What the teen has said about one control, and the age band in which it was said."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="choices")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    until = models.DateTimeField(null=True)
    band = models.CharField(max_length=8)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_choice_a_control", fields=["account", "key"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="choice_until", condition=~models.Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.account_id}"


class Arrival(models.Model):
    """How far the news has come to one device: the version that it was handed, and the one that it enforces."""

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="arrival")
    received = models.CharField(max_length=48, blank=True)
    received_at = models.DateTimeField(null=True)
    applied = models.CharField(max_length=48, blank=True)
    applied_at = models.DateTimeField(null=True)
    app_version = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.device_id} enforces {self.applied or 'nothing yet'}"

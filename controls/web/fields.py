"""Fields of forms, and those that stand together in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as say

from controls.labels.controls import Text


class Option(NamedTuple):
    """One value of a choice as the form shows it; a refusal says why it cannot be chosen."""

    value: str
    name: str
    is_checked: bool
    refusal: Text


class DayRow(NamedTuple):
    """The fields of one weekday."""

    minutes: forms.BoundField
    free: forms.BoundField


class WindowRow(NamedTuple):
    """The fields of one window."""

    days: forms.BoundField
    start: forms.BoundField
    end: forms.BoundField


def minutes_field(label: Any, kind: Any) -> forms.IntegerField:
    """Return a field for as many minutes as the kind takes."""
    expected = say("Type a whole number from {least} to {most}.").format(least=kind.least, most=kind.most)
    messages = dict.fromkeys(("invalid", "min_value", "max_value"), expected)
    return forms.IntegerField(
        label=label, required=False, min_value=kind.least, max_value=kind.most, error_messages=messages
    )


def named_by_itself(field: forms.Field) -> None:
    """Name a field that stands inside the label of another."""
    field.widget.attrs["aria-label"] = field.label


def clock_field(label: Any, initial: str | None) -> forms.CharField:
    """Return a field for a time of day."""
    shown = "00:00" if initial == "24:00" else initial
    return forms.CharField(
        label=label, required=False, initial=shown, max_length=5, widget=forms.TimeInput(attrs={"type": "time"})
    )


def rows_in(data: Mapping[str, Any]) -> int:
    """Return how many windows were sent."""
    return sum(1 for name in data if name.startswith("from_"))

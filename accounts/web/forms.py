"""Forms of the people's pages."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NameForm(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("Your teen sees it when you pair."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter has taken the name."""


class CodeForm(forms.Form):
    """The pairing code that a teen reads out."""

    code = forms.CharField(
        label=_("Pairing code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

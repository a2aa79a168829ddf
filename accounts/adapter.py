"""How allauth makes people: by e-mail address and name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The name comes from the sign-up form."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Return the new person."""
        user.display_name = form.cleaned_data["display_name"]
        user.language = getattr(request, "LANGUAGE_CODE", "en")
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

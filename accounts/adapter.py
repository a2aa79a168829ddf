"""How allauth makes people, and in which language it writes and speaks to them."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.actions import choose_language
from accounts.languages import is_spoken, speaking_to
from accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The name comes from the sign-up form, and everybody is spoken to in a language that they chose."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Return the new person."""
        user.display_name = form.cleaned_data["display_name"]
        user.language = getattr(request, "LANGUAGE_CODE", "en")
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of who will read it, which may not be that of who asked."""
        with speaking_to(context.get("user")):
            super().send_mail(template_prefix, email, context)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Let a language that was chosen before the sign-in be the person's from now on."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if is_spoken(chosen):
            choose_language(user, chosen)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

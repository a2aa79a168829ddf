"""A parent's inbox: each request in words, with the form that answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from controls.inbox import Seen, requests_for, waiting_requests
from controls.labels.controls import Text
from controls.labels.problems import problem_words
from controls.labels.requests import LASTS, LASTS_LONGER, LASTS_LONGER_ONLY, STATES, UNVERIFIED, asks_words
from controls.labels.values import value_words
from controls.models import LONGEST_REASON, Lasting, Request, RequestKind
from controls.policy.bands import zone_of
from controls.policy.catalogue import CATALOGUE
from family_pairing.problems import Problem

# The page's script chooses `moment` as soon as a moment is typed.
BY_NAME = {"once": Lasting.ONCE, "moment": Lasting.UNTIL, "always": Lasting.ALWAYS}
OF_KIND = {RequestKind.TIME: ("once",), RequestKind.LEAVING: ("always",)}


class ApproveForm(forms.Form):
    """For how long; where there is only one way nothing is asked."""

    lasts = forms.ChoiceField(label=_("For how long"), widget=forms.RadioSelect)
    until_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, asked: Request, data: Any = None) -> None:
        names = OF_KIND.get(RequestKind(asked.kind), tuple(BY_NAME))
        super().__init__(data, initial={"lasts": names[0]}, auto_id=f"approve-{asked.pk}-%s")
        self.is_asked = len(names) > 1
        self.names = names
        field = self.fields["lasts"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, LASTS[BY_NAME[name]]) for name in names]
        field.required = self.is_asked

    def clean(self) -> dict[str, Any]:
        """Expect a moment where one is chosen."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("lasts") == "moment" and not cleaned.get("until_at") and "until_at" not in self.errors:
            self.add_error("until_at", _("Choose the day and the time at which it ends."))
        return cleaned

    @property
    def lasting(self) -> Lasting:
        return BY_NAME[self.cleaned_data["lasts"] or self.names[0]]

    @property
    def until(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["until_at"]
        return moment if self.lasting == Lasting.UNTIL else None

    def refuse(self, problem: Problem) -> None:
        """Say why it cannot be approved so."""
        is_about_end = any(fault.pointer == "/until" for fault in problem.faults)
        longer = LASTS_LONGER if "always" in self.names else LASTS_LONGER_ONLY
        words = {"tie_unverified": UNVERIFIED, "invalid_value": longer if is_about_end else None}.get(problem.code)
        self.add_error(None, str(words or problem_words(problem.code)))


class RefuseForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=_("Why not? Your teen reads this."),
        max_length=LONGEST_REASON,
        error_messages={"required": _("Say why, in a few words.")},
    )

    def __init__(self, asked: Request, data: Any = None) -> None:
        super().__init__(data, auto_id=f"refuse-{asked.pk}-%s")


@dataclass(frozen=True)
class Card:
    """One request as the page shows it."""

    asked: Request
    teen: str
    sentence: str
    now: str
    state: Text
    missing: list[str]
    one_is_enough: bool
    answers: list[tuple[str, Text, str]]
    is_verified: bool
    approve: ApproveForm | None = None
    refuse: RefuseForm | None = None


def inbox_context(parent: User, *, at: datetime, cursor: str = "", typed: Iterable[forms.Form] = ()) -> dict[str, Any]:
    """Return the requests of a parent's teens: first those that wait for this parent; typed forms stay as they are."""
    page = requests_for(parent, at=at, cursor=cursor)
    # What waits stands on the first page, however much was asked since.
    waiting = [] if cursor else waiting_requests(parent, at=at)
    others = [seen for seen in page.items if not seen.waits_for_me]
    return {
        "waiting": [card_of(seen, tuple(typed)) for seen in waiting],
        "others": [card_of(seen, ()) for seen in others],
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
    }


def card_of(seen: Seen, typed: tuple[forms.Form, ...]) -> Card:
    """Return one request in words."""
    asked, teen = seen.request, seen.request.account.handle
    pairing = seen.pairing
    return Card(
        asked=asked,
        teen=teen,
        sentence=asks_words(asked, teen=teen),
        now=now_words(seen),
        state=str(STATES[seen.state]).format(teen=teen),
        missing=[str(each.parent) for each in seen.way.missing],
        one_is_enough=seen.way.one_is_enough,
        answers=[(str(each.pairing.parent), STATES[each.says], each.reason) for each in asked.answers.all()],
        is_verified=pairing is not None and pairing.is_verified,
        approve=form_of(ApproveForm, asked, typed) if seen.waits_for_me else None,
        refuse=form_of(RefuseForm, asked, typed) if seen.waits_for_me else None,
    )


def form_of(kind: Any, asked: Request, typed: tuple[forms.Form, ...]) -> Any:
    """Return the form of a request: the one that was sent, or an empty one."""
    empty = kind(asked)
    return next((form for form in typed if isinstance(form, kind) and form.auto_id == empty.auto_id), empty)


def now_words(seen: Seen) -> str:
    """Return what applies now where a value was asked for."""
    asked = seen.request
    if asked.kind not in (RequestKind.CONTROL, RequestKind.TIME) or asked.key not in CATALOGUE:
        return ""
    enforced = seen.present.resolution.values[asked.key]
    return value_words(enforced.control, enforced.kind.dump(enforced.value))


def in_time_of(asked: Request) -> Any:
    """Return the context in which moments are those of the teen."""
    return timezone.override(zone_of(asked.account.time_zone) or timezone.get_default_timezone())

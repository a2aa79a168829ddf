"""One form for each kind of value that a parent can set: it reads and shows, and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from controls.labels.content import LABEL_NAMES, SEVERITIES, TOPIC_NAMES
from controls.labels.controls import Text
from controls.labels.problems import problem_words
from controls.labels.values import DAYS, DIGITS, SHORT_DAYS, amount_words, choice_words, major_units, read_stored
from controls.policy.lists import Accounts, Words
from controls.policy.resolve import Enforced
from controls.policy.values import NO_CURRENCY, Choice, Composite, InvalidValue, MinutesByWeekday, Topics
from controls.policy.windows import MOST
from controls.web.fields import DayRow, Option, WindowRow, clock_field, minutes_field, named_by_itself, rows_in
from family_pairing.problems import Problem

LASTS = [
    ("standing", _("Until somebody changes it")),
    ("hour", _("For one hour")),
    ("day", _("Until midnight")),
    ("week", _("For one week")),
    ("moment", _("Until a moment that I choose")),
]
SPARE_ROWS = 2


class ControlForm(forms.Form):
    """What every kind has: how long the setting lasts."""

    template = ""
    lasts = forms.ChoiceField(
        label=_("How long"),
        choices=LASTS,
        required=False,
        # The legend names the group; the field wants a name of its own.
        widget=forms.Select(attrs={"aria-label": _("How long")}),
    )
    until_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self, enforced: Enforced, own: Any, data: Any = None, *, is_verified: bool = False, currency: str = ""
    ) -> None:
        self.enforced, self.is_verified, self.currency = enforced, is_verified, currency
        # What cannot be read here cannot be shown: the form then begins as where nothing was said.
        self.own = read_stored(enforced.control, own)
        super().__init__(data, prefix=None, initial={"lasts": "standing"}, auto_id=f"{enforced.control.key}-%s")
        self.build()

    def build(self) -> None:
        """Add the fields that show the value."""

    def raw(self) -> Any:
        """Return the value that was typed, as JSON; the core says whether it is one."""
        raise NotImplementedError

    def until(self, at: datetime) -> datetime | None:
        """Return the end of the setting, if it has one, in the teen's time."""
        match self.cleaned_data.get("lasts"):
            case "hour":
                return at + timedelta(hours=1)
            case "day":
                tomorrow = timezone.localtime(at) + timedelta(days=1)
                return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
            case "week":
                return at + timedelta(days=7)
            case "moment":
                moment: datetime | None = self.cleaned_data["until_at"]
                return moment
            case _:
                return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("lasts") == "moment" and not cleaned.get("until_at") and "until_at" not in self.errors:
            self.add_error("until_at", _("Choose the day and the time at which it ends."))
        return cleaned

    def refuse(self, problem: Problem) -> None:
        """Say a refusal beside the field that it is about."""
        pointers = [fault.pointer for fault in problem.faults]
        self.add_error(self.field_at(pointers[0] if pointers else ""), problem_words(problem.code))

    def field_at(self, pointer: str) -> str | None:
        """Return the field that a JSON pointer is about; None for the whole form."""
        if pointer.endswith("/until"):
            return "until_at"
        return "value" if "value" in self.fields else None


class ChoiceForm(ControlForm):
    """One of several words, from strict to loose."""

    template = "controls/kinds/choice.html"

    def build(self) -> None:
        values = self.kind.values
        self.fields["value"] = forms.ChoiceField(
            choices=[(value, choice_words(self.enforced.control.key, value)) for value in values],
            initial=self.own or self.kind.dump(self.enforced.value),
            error_messages={"required": _("Choose one of these.")},
        )

    @property
    def kind(self) -> Choice:
        kind = self.enforced.kind
        assert isinstance(kind, Choice)
        return kind

    def options(self) -> list[Option]:
        """Return the values from strict to loose, each with why it cannot be chosen."""
        chosen = self["value"].value()
        key = self.enforced.control.key
        return [
            Option(value, choice_words(key, value), value == chosen, refusal_of(self.enforced, value, self.is_verified))
            for value in self.kind.values
        ]

    def raw(self) -> Any:
        return self.cleaned_data["value"]


class MinutesForm(ControlForm):
    """A number of minutes, or no limit."""

    template = "controls/kinds/minutes.html"
    limited = forms.ChoiceField(choices=[("yes", _("At most")), ("no", _("No limit"))])

    def build(self) -> None:
        shown = self.own or dumped(self.enforced)
        self.fields["minutes"] = minutes_field(_("Minutes"), self.enforced.kind)
        self.fields["limited"].initial = "yes" if shown["limited"] else "no"
        self.fields["minutes"].initial = shown.get("minutes")
        named_by_itself(self.fields["minutes"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("limited") == "yes" and cleaned.get("minutes") is None and "minutes" not in self.errors:
            self.add_error("minutes", _("Type how many minutes."))
        return cleaned

    def field_at(self, pointer: str) -> str | None:
        return "until_at" if pointer.endswith("/until") else "minutes"

    def raw(self) -> Any:
        if self.cleaned_data["limited"] == "no":
            return {"limited": False}
        return {"limited": True, "minutes": self.cleaned_data["minutes"]}


class WeekdayForm(ControlForm):
    """A number of minutes or no limit for each day of the week; an empty day is not spoken of."""

    template = "controls/kinds/weekdays.html"

    def build(self) -> None:
        now, kind = dumped(self.enforced), self.enforced.kind
        assert isinstance(kind, MinutesByWeekday)
        for day, name in DAYS.items():
            own = (self.own or {}).get(day, {})
            self.fields[day] = field = minutes_field(name, kind.part)
            field.initial = own.get("minutes")
            field.widget.attrs["placeholder"] = now.get(day, {}).get("minutes", "")
            self.fields[f"{day}_free"] = free = forms.BooleanField(label=_("No limit"), required=False)
            free.initial = own.get("limited") is False
            free.widget.attrs["aria-label"] = say("{day}: no limit").format(day=name)

    def days(self) -> list[DayRow]:
        """Return the fields of the week in order."""
        return [DayRow(self[day], self[f"{day}_free"]) for day in DAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for day in DAYS:
            if cleaned.get(f"{day}_free") and cleaned.get(day) is not None:
                self.add_error(day, _("Type the minutes or choose no limit, not both."))
        if not self.errors and not self.raw():
            self.add_error("mon", _("Type the minutes of at least one day."))
        return cleaned

    def field_at(self, pointer: str) -> str | None:
        parts = pointer.split("/")
        return next((part for part in parts if part in DAYS), super().field_at(pointer))

    def raw(self) -> Any:
        said = {day: self.day(day) for day in DAYS}
        return {day: limit for day, limit in said.items() if limit is not None}

    def day(self, day: str) -> dict[str, Any] | None:
        """Return what was said of one day, None for nothing."""
        if self.cleaned_data[f"{day}_free"]:
            return {"limited": False}
        minutes = self.cleaned_data[day]
        return None if minutes is None else {"limited": True, "minutes": minutes}


class WindowsForm(ControlForm):
    """Hours of the week that the parent adds."""

    template = "controls/kinds/windows.html"

    def build(self) -> None:
        mine: list[Mapping[str, Any]] = (self.own or {"windows": []})["windows"]
        self.count = min(MOST, max(len(mine) + SPARE_ROWS, rows_in(self.data)))
        for number in range(self.count):
            window = mine[number] if number < len(mine) else {}
            self.fields[f"days_{number}"] = forms.MultipleChoiceField(
                label=_("Days"),
                choices=list(SHORT_DAYS.items()),
                required=False,
                initial=window.get("days"),
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"from_{number}"] = clock_field(_("From"), window.get("from"))
            self.fields[f"until_{number}"] = clock_field(_("Until"), window.get("until"))

    def rows(self) -> list[WindowRow]:
        """Return the fields, a window a row."""
        return [
            WindowRow(self[f"days_{number}"], self[f"from_{number}"], self[f"until_{number}"])
            for number in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(self.count):
            typed = [bool(cleaned.get(f"{part}_{number}")) for part in ("days", "from", "until")]
            if any(typed) and not all(typed):
                self.add_error(f"days_{number}", _("Choose the days and both times, or leave all of them empty."))
        return cleaned

    def raw(self) -> Any:
        rows = range(self.count)
        said = [self.window(number) for number in rows if self.cleaned_data[f"days_{number}"]]
        return {**(self.own or {}), "windows": said}

    def window(self, number: int) -> dict[str, Any]:
        """Return one window; from midnight to midnight is a whole day."""
        start, end = self.cleaned_data[f"from_{number}"], self.cleaned_data[f"until_{number}"]
        is_whole = start == end == "00:00"
        return {"days": self.cleaned_data[f"days_{number}"], "from": start, "until": "24:00" if is_whole else end}


class AmountForm(ControlForm):
    """A sum of money a month, or no limit."""

    template = "controls/kinds/amount.html"
    limited = forms.ChoiceField(choices=[("yes", _("At most")), ("no", _("No limit"))])

    def build(self) -> None:
        shown = self.own or dumped(self.enforced)
        is_sum = shown["limited"] and shown["currency"] in (self.currency, NO_CURRENCY)
        self.fields["sum"] = forms.DecimalField(
            label=_("Sum"),
            required=False,
            min_value=0,
            max_digits=12,
            decimal_places=self.digits,
            initial=major_units(int(shown["minor_units"]), self.currency) if is_sum else None,
            error_messages={"invalid": _("Type a sum of money.")},
        )
        self.fields["limited"].initial = "yes" if shown["limited"] else "no"
        named_by_itself(self.fields["sum"])

    @property
    def foreign(self) -> str:
        """What the parent has said in another currency than the account's, which no field shows; empty otherwise."""
        is_foreign = self.own and self.own["limited"] and self.own["currency"] not in (self.currency, NO_CURRENCY)
        return amount_words(self.own) if is_foreign else ""

    @property
    def digits(self) -> int:
        """How many digits the smallest part of the account's currency has."""
        return DIGITS.get(self.currency, 2)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("limited") == "yes" and cleaned.get("sum") is None and "sum" not in self.errors:
            self.add_error("sum", _("Type how much."))
        return cleaned

    def field_at(self, pointer: str) -> str | None:
        return "until_at" if pointer.endswith("/until") else "sum"

    def raw(self) -> Any:
        if self.cleaned_data["limited"] == "no":
            return {"limited": False}
        units = int(self.cleaned_data["sum"].scaleb(self.digits))
        return {"limited": True, "minor_units": str(units), "currency": self.currency}


class PartsForm(ControlForm):
    """A level for each of many named parts; a part that is left as it is is not spoken of."""

    template = "controls/kinds/parts.html"
    names: ClassVar[Mapping[str, Text]]

    def build(self) -> None:
        own, now = spelt_out(self.enforced, self.own), spelt_out(self.enforced, dumped(self.enforced))
        for part, name in self.names.items():
            as_now = say("As it is: {level}").format(level=self.level_words(now[part]))
            # What was said once is shown also where nobody may say it any more.
            offered = [*self.levels(part), *(level for level in [own.get(part)] if level is not None)]
            levels = [(str(level), self.level_words(level)) for level in dict.fromkeys(offered)]
            self.fields[part] = forms.ChoiceField(
                label=cast(Any, name), required=False, choices=[("", as_now), *levels], initial=own.get(part, "")
            )

    def levels(self, part: str) -> list[Any]:
        """Return the levels that a parent may set for a part, from strict to loose."""
        raise NotImplementedError

    def level_words(self, level: Any) -> str:
        """Return one level in words."""
        raise NotImplementedError

    def parts(self) -> list[forms.BoundField]:
        """Return the fields in order."""
        return [self[part] for part in self.names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(part) for part in self.names):
            self.add_error(None, _("Choose a level for at least one line."))
        return cleaned

    def field_at(self, pointer: str) -> str | None:
        parts = pointer.split("/")
        return next((part for part in parts if part in self.names), super().field_at(pointer))

    def chosen(self) -> dict[str, str]:
        """Return what was chosen, by part."""
        return {part: self.cleaned_data[part] for part in self.names if self.cleaned_data[part]}


class SeveritiesForm(PartsForm):
    """How strong each kind of sensitive content may be."""

    names = LABEL_NAMES

    def levels(self, part: str) -> list[Any]:
        return [level for level in SEVERITIES if level <= self.enforced.loosest[part]]

    def level_words(self, level: Any) -> str:
        return str(SEVERITIES[level])

    def raw(self) -> Any:
        return {part: int(level) for part, level in self.chosen().items()}


class TopicsForm(PartsForm):
    """What is done with each topic."""

    names = TOPIC_NAMES

    def levels(self, part: str) -> list[Any]:
        kind = self.enforced.kind
        assert isinstance(kind, Topics)
        assert isinstance(kind.part, Choice)
        return list(kind.part.values)

    def level_words(self, level: Any) -> str:
        return choice_words(self.enforced.control.key, level)

    def raw(self) -> Any:
        chosen = self.chosen()
        # Who has blocked every topic has blocked also those without a name yet.
        is_all = self.own == {"all": True} and chosen == dict.fromkeys(self.names, "blocked")
        return self.own if is_all else chosen


class ListForm(ControlForm):
    """Words or accounts that the parent adds, one a line."""

    template = "controls/kinds/list.html"

    def build(self) -> None:
        mine = (self.own or {}).get("items", [])
        if self.own == {"all": True}:
            self.fields["all"] = forms.BooleanField(label=cast(Any, self.all_label), required=False, initial=True)
        self.fields["items"] = forms.CharField(
            label=cast(Any, self.label),
            required=False,
            initial="\n".join(mine),
            widget=forms.Textarea(attrs={"rows": min(12, max(4, len(mine) + 2)), "spellcheck": "false"}),
        )

    @property
    def kind(self) -> Words:
        kind = self.enforced.kind
        assert isinstance(kind, Words)
        return kind

    @property
    def label(self) -> Text:
        """What the field holds."""
        return _("Account ids, one a line") if isinstance(self.kind, Accounts) else _("Words, one a line")

    @property
    def all_label(self) -> Text:
        """What the mark for all of it says."""
        return (
            _("Every account, whatever is typed here") if self.is_accounts else _("Every text, whatever is typed here")
        )

    @property
    def items_field(self) -> forms.BoundField:
        """The field, under a name that a template does not take for the form's own."""
        return self["items"]

    @property
    def is_accounts(self) -> bool:
        return isinstance(self.kind, Accounts)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            self.kind.load(self.raw())
        except InvalidValue:
            expected = say("Type at most {most} lines, each of at most {longest} characters.")
            self.add_error("items", expected.format(most=self.kind.most, longest=self.kind.longest))
        return cleaned

    def field_at(self, pointer: str) -> str | None:
        return "until_at" if pointer.endswith("/until") else "items"

    def raw(self) -> Any:
        if self.cleaned_data.get("all"):
            return {"all": True}
        lines = (line.strip() for line in self.cleaned_data.get("items", "").splitlines())
        return {"all": False, "items": [line for line in lines if line]}


FORMS: Mapping[str, type[ControlForm]] = {
    "choice": ChoiceForm,
    "minutes": MinutesForm,
    "minutes_by_weekday": WeekdayForm,
    "windows": WindowsForm,
    "amount": AmountForm,
    "severities": SeveritiesForm,
    "topics": TopicsForm,
    "words": ListForm,
    "accounts": ListForm,
}


def form_for(enforced: Enforced, own: Any, data: Any = None, *, is_verified: bool, currency: str) -> ControlForm:
    """Return the form that fits the control's kind; sums are in the account's currency."""
    return FORMS[enforced.kind.name](enforced, own, data, is_verified=is_verified, currency=currency)


def refusal_of(enforced: Enforced, value: Any, is_verified: bool) -> Text:
    """Return why a parent cannot set a value, empty when nothing speaks against it."""
    kind = enforced.kind
    if not kind.at_least_as_strict(value, enforced.loosest):
        return problem_words("past_the_loosest")
    if kind.at_least_as_strict(value, enforced.default):
        return ""
    if not is_verified:
        return problem_words("tie_unverified")
    return problem_words("not_yours_to_loosen") if enforced.may_loosen == "nobody" else ""


def dumped(enforced: Enforced) -> Mapping[str, Any]:
    """Return an enforced value that is an object in JSON."""
    value: Any = enforced.kind.dump(enforced.value)
    return cast(Mapping[str, Any], value)


def spelt_out(enforced: Enforced, value: Any) -> Mapping[str, Any]:
    """Return a value of parts as JSON, part by part, also where it is said in one word."""
    kind = enforced.kind
    assert isinstance(kind, Composite)
    parts = kind.load(value or {})
    return {part: kind.part.dump(level) for part, level in parts.items()}

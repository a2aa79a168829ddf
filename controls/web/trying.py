"""The simulator on a parent's page: a form for one action, and the answer in words. Nothing here saves anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from controls.actions import Change
from controls.deciding import youngest
from controls.decisions.actions import ACTIONS, Action, read_properties
from controls.decisions.properties import Property
from controls.decisions.words import Decision, Relationship
from controls.labels.acts import ACTS, ANSWERS, OPTIONS, QUESTIONS, TOLD
from controls.labels.content import LABEL_NAMES, SEVERITIES, TOPIC_NAMES
from controls.labels.controls import CONTROLS, Text
from controls.labels.decisions import CODES, DUTIES, OUTCOMES, voice_words
from controls.labels.problems import problem_words
from controls.labels.values import DIGITS, choice_words, moment_words
from controls.policy.catalogue import CATALOGUE
from controls.policy.values import Choice
from controls.simulation import Changed, Simulated, Supposed
from controls.upcoming import HORIZON
from controls.web.context import Shift, View, said_of, shifts_of, slug_of, state_of
from family_pairing.problems import Problem

FIRST: Final = "message.send"
OLDEST: Final = 130
DRAFT: Final = "draft-"
# What a form begins with, where that is not the first of the words.
BEGINS: Final[Mapping[str, Any]] = {"audience": "everyone", "level": "teen", "amount": Decimal(5)}
NUMBERS: Final = ("mutual_friends", "used_minutes")
SUMS: Final = ("amount", "spent_this_month")
MOST: Final = 100_000


class Ground(NamedTuple):
    """One reason as the page shows it: what it is, whose word, and the control that it rests on."""

    sentence: str
    voice: str
    by: str
    control: Text
    slug: str


class Answer(NamedTuple):
    """One decision as the page shows it."""

    outcome: str
    sentence: str
    grounds: list[Ground]
    duties: list[str]


class Told(NamedTuple):
    """What the page shows of a simulation; ``then`` only where a draft was asked about."""

    now: Answer
    then: Answer | None
    shifts: list[Shift]
    at: str
    keys: list[tuple[Text, str]]


class Turn(NamedTuple):
    """A common question whose answer a change turns, in words."""

    question: Text
    before: Text
    after: Text


class TrialForm(forms.Form):
    """What is asked about one action: of whom, with what, when, and with which settings."""

    at = forms.DateTimeField(
        label=_("When"),
        required=False,
        help_text=_("Leave it empty for now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, view: View, action: Action, data: Any = None) -> None:
        super().__init__(data, auto_id="trial-%s")
        self.view, self.action = view, action
        moment = self.fields.pop("at")
        if action.other:
            self.fields["age"] = age_field(youngest(at=view.present.at))
        for each in action.properties:
            self.fields.update(fields_of(each, action, view.pairing.teen.currency))
        self.fields["at"] = moment
        self.fields.update(draft_fields(view, action))

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields about what happens."""
        return [field for field in self if not field.name.startswith(DRAFT)]

    @property
    def drafted(self) -> list[forms.BoundField]:
        """The fields about settings that might be others."""
        return [field for field in self if field.name.startswith(DRAFT)]

    @property
    def has_draft(self) -> bool:
        """Tell whether some setting was drafted."""
        return any(field.value() for field in self.drafted)

    def clean_at(self) -> datetime | None:
        """Expect a moment ahead, within the time for which anything can be said."""
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and not self.view.present.at <= at <= self.view.present.at + HORIZON:
            raise forms.ValidationError(say("Choose a moment of the next thirteen months."))
        return at

    def supposed(self) -> Supposed:
        """Return the question."""
        places: dict[str, dict[str, Any]] = {"action": {}, "resource": {}}
        for each in self.action.properties:
            places[each.of].update(told_of(each, self.cleaned_data, self.view.pairing.teen.currency))
        tie = Relationship(places["resource"].get("relationship", Relationship.NONE))
        if tie is Relationship.PARENT:
            del places["resource"]["relationship"]
        told = read_properties(self.action, places["action"], places["resource"])
        return Supposed(self.action, tie, self.cleaned_data.get("age"), told=told)

    def draft(self) -> list[Change]:
        """Return the settings that the parent would say."""
        values = {field.name.removeprefix(DRAFT): self.cleaned_data[field.name] for field in self.drafted}
        return [Change(CATALOGUE[key], value) for key, value in values.items() if value]

    def refuse(self, problem: Problem) -> None:
        """Say a refusal beside the setting that it is about."""
        pointers = [fault.pointer.split("/")[1] for fault in problem.faults if "/" in fault.pointer]
        name = DRAFT + pointers[0] if pointers else ""
        self.add_error(name if name in self.fields else None, problem_words(problem.code))


def action_of(name: str) -> Action:
    """Return the action that a page is about; the one that is asked about most where there is none of that name."""
    return ACTIONS.get(name) or ACTIONS[FIRST]


def age_field(least: int) -> forms.IntegerField:
    """Return the field for the age of the other person, which nobody need know."""
    field = number_field(_("How old the other person is"), least, OLDEST)
    field.required, field.help_text = False, _("Leave it empty if nobody knows.")
    return field


def number_field(label: Any, least: int, most: int, initial: int | None = None) -> forms.IntegerField:
    """Return a field for a whole number."""
    expected = say("Type a whole number from {least} to {most}.").format(least=least, most=most)
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), expected)
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial, error_messages=messages)


def fields_of(told: Property, action: Action, currency: str) -> Iterator[tuple[str, forms.Field]]:
    """Go through the fields for something that may be told."""
    name = told.name
    if name not in TOLD:
        return
    label: Any = TOLD[name]
    if name in OPTIONS:
        words = [
            (word, text) for word, text in OPTIONS[name].items() if word != "parent" or action.resource == "account"
        ]
        yield name, forms.ChoiceField(label=label, choices=words, initial=BEGINS.get(name, words[0][0]))
    elif name in NUMBERS:
        yield name, number_field(label, 0, MOST, 0)
    elif name in SUMS:
        yield (
            name,
            forms.DecimalField(
                label=label, min_value=0, max_value=MOST, initial=BEGINS.get(name, 0), help_text=currency
            ),
        )
    elif name == "labels":
        yield name, optional(label, _("Nothing sensitive"), LABEL_NAMES)
        strengths = [(str(number), SEVERITIES[number]) for number in SEVERITIES if number]
        yield "severity", forms.ChoiceField(label=_("How strong"), choices=strengths, initial="2", required=False)
    elif name == "topics":
        yield name, optional(label, _("No particular topic"), TOPIC_NAMES)
    else:
        yield name, forms.CharField(label=label, required=False, max_length=500)


def optional(label: Any, nothing: Text, words: Mapping[str, Text]) -> forms.ChoiceField:
    """Return a choice of one of some words, or of none."""
    return forms.ChoiceField(label=label, required=False, choices=[("", nothing), *words.items()])


def told_of(told: Property, cleaned: Mapping[str, Any], currency: str) -> Iterator[tuple[str, Any]]:
    """Go through what a form tells, as a question has it."""
    name = told.name
    value: Any = cleaned.get(name)
    if name == "currency":
        yield name, currency
    elif name in SUMS:
        yield name, str(int(value.scaleb(DIGITS.get(currency, 2))))
    elif name == "labels":
        yield name, {value: int(cleaned.get("severity") or 2)} if value else {}
    elif name == "topics":
        yield name, [value] if value else []
    elif name == "is_new_contact":
        yield name, value == "true"
    elif name in TOLD:
        yield name, value


def draft_fields(view: View, action: Action) -> Iterator[tuple[str, forms.Field]]:
    """Go through the settings of the teen that the action rests on, with what a parent might say of each."""
    for key in dict.fromkeys(key for check in action.acts for key in check.controls):
        enforced = view.enforced(key)
        kind = enforced.kind
        if not isinstance(kind, Choice):
            continue
        values = [value for value in kind.values if state_of(kind, value, enforced) != "shut"]
        if len(values) > 1:
            now = say("As it is: {value}").format(value=said_of(enforced))
            words = [("", now), *((value, choice_words(key, value)) for value in values)]
            label: Any = CONTROLS[key].name
            yield DRAFT + key, forms.ChoiceField(label=label, required=False, choices=words)


def trial_context(form: TrialForm, simulated: Simulated | None = None) -> dict[str, Any]:
    """Return what the page shows."""
    names = [(name, ACTS[name]) for name in ACTIONS]
    told = None if simulated is None else told_words(form, simulated)
    return {"form": form, "action": form.action.name, "act": ACTS[form.action.name], "acts": names, "told": told}


def told_words(form: TrialForm, simulated: Simulated) -> Told:
    """Return a simulation in words; the drafted settings come with where each of them is saved."""
    drafted = form.draft()
    return Told(
        answer_words(simulated.now),
        answer_words(simulated.then) if drafted else None,
        shifts_of(simulated.moved),
        moment_words(simulated.at),
        [(CONTROLS[each.control.key].name, each.control.key) for each in drafted],
    )


def answer_words(decision: Decision) -> Answer:
    """Return a decision in words for a parent."""
    outcome = decision.outcome
    grounds = [
        Ground(
            str(CODES[why.code].to_parent),
            voice_words(why, parents=True) if why.by else "",
            why.by,
            CONTROLS[why.control].name if why.control else "",
            slug_of(why.control),
        )
        for why in decision.reasons
    ]
    duties = list(dict.fromkeys(str(DUTIES[each.type].to_parent) for each in decision.obligations))
    return Answer(outcome.value, str(OUTCOMES[outcome].to_parent), grounds, duties)


def turns_of(changed: list[Changed]) -> list[Turn]:
    """Return the common questions whose answers a change turns, in words."""
    return [Turn(QUESTIONS[each.question], ANSWERS[each.before], ANSWERS[each.after]) for each in changed]

"""What the demo phone says, in the active language; the words of controls come from `GET /v1/controls`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.labels import STATES_FOR_TEENS
from controls.labels.events import ACTORS, EVENT_OTHERWISE, EVENTS, SAID, SAID_UNTIL, TOOK_BACK, YOU_TO_TEENS
from controls.labels.laws import law_words
from controls.labels.requests import STATES_FOR_TEENS as REQUEST_STATES
from controls.labels.upcoming import ANNOUNCED, CAUSE_OTHERWISE, CAUSES, ENACTED, HEADLINE
from controls.labels.values import DAYS, SHORT_DAYS
from controls.packs import law_keys


def phone_words() -> dict[str, Any]:
    """Return every sentence that the phone's program needs."""
    return {
        "ui": {**ui_words(), **asking_words(), **help_words()},
        "states": {key: str(text) for key, text in STATES_FOR_TEENS.items()},
        "request_states": {str(key): str(text) for key, text in REQUEST_STATES.items()},
        "can_see": can_see_words(),
        "never": never_words(),
        "days": {key: str(name) for key, name in SHORT_DAYS.items()},
        "long_days": {key: str(name) for key, name in DAYS.items()},
        "events": {key: str(text) for key, text in EVENTS.items()},
        "causes": {key: str(text) for key, text in CAUSES.items()},
        "laws": {key: law_words(key) for key in law_keys()},
        "cause_otherwise": str(CAUSE_OTHERWISE),
        "headline": str(HEADLINE),
        "told": {"change.announced": str(ANNOUNCED), "change.enacted": str(ENACTED)},
        "event_otherwise": str(EVENT_OTHERWISE),
        "actors": {key: str(text) for key, text in ACTORS.items()},
        "said": str(SAID),
        "said_until": str(SAID_UNTIL),
        "took_back": str(TOOK_BACK),
        "you": str(YOU_TO_TEENS),
    }


def ui_words() -> dict[str, str]:
    """Return the phone's own sentences."""
    return {
        "changes_next": _("What changes next"),
        "nothing_next": _("In the next thirteen months nothing changes without anybody acting."),
        "told_before": _("Your parents read the same. Both of you are told 30 days and 7 days before."),
        "what_exactly": _("What exactly"),
        "changes_to": _("{control}: {from} → {to}"),
        "live": _("Live"),
        "reconnecting": _("Reconnecting …"),
        "offline": _("Offline: the last known settings apply"),
        "stepped": _("Offline: the next settings apply"),
        "strictest": _("Offline too long: the strictest settings apply"),
        "signed_out": _("This phone was removed"),
        "loading": _("Loading …"),
        "version": _("Enforcing version {version}"),
        "until": _("until {moment}"),
        "no_limit": _("No limit"),
        "a_month": _("{sum} a month"),
        "none_at_all": _("Nothing"),
        "minutes": _("{minutes} min"),
        "hours_only": _("{hours} h"),
        "hours": _("{hours} h {minutes} min"),
        "every_day": _("{time} every day"),
        "day_line": _("{days}: {time}"),
        "window_line": _("{days}, {start} to {end}"),
        "all_days": _("Every day"),
        "day_run": _("{first} to {last}"),
        "nothing": _("None"),
        "everything": _("Everything"),
        "entries": _("{count} entries"),
        "as_usual": _("As usual"),
        "by_strength": _("{count} kinds hidden, the others by strength"),
        "strictest_value": _("Strictest"),
        "choose": _("Choose"),
        "close": _("Close"),
        "save": _("Save"),
        "take_back": _("Take my choice back"),
        "minutes_field": _("Minutes"),
        "nobody_added": _("Nobody has added any."),
        "own_list": _("Your own, one a line; no parent sees them"),
        "parents_list": _("Your parents added: {items}"),
        "nobody_supervises": _("Nobody supervises you."),
        "supervises": _("{name} supervises you"),
        "since": _("since {moment}"),
        "verified": _("Verified"),
        "unverified": _("Not verified: can make settings stricter, never looser"),
        "is_ending": _("This pairing is ending."),
        "can_change": _("Can open {open} and limit {all} settings."),
        "sees": _("Can see:"),
        "never_sees": _("What no parent sees here:"),
        "leave": _("Leave"),
        "leave_sure": _("Leave the pairing with {name}? {name} is told."),
        "leave_yes": _("Yes, leave"),
        "stay": _("Stay"),
        "pair": _("Pair with a parent"),
        "code_is": _("Your code"),
        "qr_is": _("QR code of your pairing"),
        "code_how": _("Let your parent scan it, or read the code out. It works until {moment}."),
        "code_cancel": _("Take the code back"),
        "wants": _("{name} wants to supervise you"),
        "wants_who": _("{email}, here for {days} days"),
        "wants_day": _("{email}, here for one day"),
        "wants_new": _("{email}, a new account"),
        "wants_what": _(
            "They will see your settings and choices, and can make them stricter; once verified, they can open some."
        ),
        "confirm": _("Yes, pair"),
        "decline": _("No"),
        "not_now": _("That did not work just now."),
        "saved": _("Saved"),
    }


def asking_words() -> dict[str, str]:
    """Return what the phone says of requests."""
    return {
        "ask_parent": _("Ask a parent"),
        "ask_for": _("Ask a parent: {control}"),
        "ask_time": _("Ask a parent for more time today"),
        "ask_total": _("Minutes today, in all"),
        "ask_account": _("Account to take off the list"),
        "ask_leave": _("Ask {name} to end the pairing at once"),
        "ask_reason": _("Why? Your parent reads this."),
        "ask_send": _("Ask"),
        "leave_ask": _("Ask {name} to end it at once"),
        "my_requests": _("What you asked"),
        "asked_control": _("You asked for “{control}”: {value}"),
        "asked_time": _("You asked for more time that day, in all: {value}"),
        "asked_account": _("You asked to take the account {account} off a parent's list"),
        "asked_leaving": _("You asked to end a pairing"),
        "says": _("{name} says: “{reason}”"),
        "still_missing": _("Still to answer: {names}"),
        "one_of": _("The answer of one of these is enough: {names}"),
        "cancel_request": _("Take it back"),
    }


def help_words() -> dict[str, str]:
    """Return what the phone says of help."""
    return {
        "help_untold": _(
            "No parent is told that you look here, and nothing of it is kept. It stays open at bedtime and in a pause."
        ),
        "help_danger": _("In danger now"),
        "help_listens": _("People who listen"),
        "help_world": _("Anywhere in the world"),
        "help_doubt": _("If a number above does not answer, find one here."),
        "help_none_here": _("No line is known where you live. Find one here."),
        "help_call": _("Call {number}"),
        "help_write": _("Text {number}"),
        "help_site": _("Open the site"),
        "help_site_of": _("Open the site of {name}"),
        "help_always": _("Day and night"),
        "help_closed": _("Closed now: {hours}"),
    }


def can_see_words() -> dict[str, str]:
    """Return what a parent can see."""
    return {
        "enforced_values": _("the settings that apply"),
        "choices": _("what you chose"),
        "history": _("what was changed, and by whom"),
        "arrival": _("whether a change has reached your phone"),
    }


def never_words() -> dict[str, str]:
    """Return what no parent ever sees."""
    return {
        "message_text": _("your messages"),
        "drafts": _("your drafts"),
        "search_queries": _("what you search"),
        "watch_history": _("what you watch"),
        "positions": _("where you are"),
        "use_of_help": _("that you used help"),
        "reports_about_a_parent": _("reports about a parent"),
    }

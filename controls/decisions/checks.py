"""Checks: small named questions to one side's values, of which every action is made.

A check is asked for the one whose values it reads, and sees how that person stands to the other: so the same check
serves who acts and who is acted upon. It answers None where it has nothing against it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from controls.decisions import hours
from controls.decisions.briefs import Brief
from controls.decisions.words import Code, Duty, Obligation, Outcome, Relationship
from controls.policy.values import NO_LIMIT


class Finding(NamedTuple):
    """What a check has against it, or what it obliges to."""

    outcome: Outcome
    code: Code | None = None
    control: str = ""
    obligations: tuple[Obligation, ...] = ()


class View(NamedTuple):
    """A question as one of the two sees it: both briefs, how this person stands to the other one, and what is told."""

    mine: Brief
    theirs: Brief
    tie: Relationship
    told: Mapping[str, Any]
    now: int
    their_id: str


class Check(ABC):
    """One question to one side's values: what it reads, the reasons that it may give, and the obligations."""

    name: ClassVar[str]
    controls: tuple[str, ...]
    codes: tuple[Code, ...] = ()
    duties: tuple[Duty, ...] = ()
    # Whether the answer changes by itself with the hours of the person's zone.
    timed = False

    @abstractmethod
    def judge(self, seen: View) -> Finding | None:
        """Return what this has against it."""

    def until(self, mine: Brief, now: int) -> int | None:
        """Return the second from which on a timed check may answer otherwise."""
        return None


def refusal(code: Code, control: str, *obligations: Obligation) -> Finding:
    """Return a refusal by one control."""
    return Finding(Outcome.DENY, code, control, obligations)


def asking(code: Code, control: str) -> Finding:
    """Return that a parent is to be asked."""
    return Finding(Outcome.ASK, code, control)


def duty(kind: Duty, **properties: Any) -> Finding:
    """Return an obligation beside which it may happen."""
    return Finding(Outcome.ALLOW, obligations=(Obligation(kind, properties),))


def again(told: str) -> Finding:
    """Return that the caller asks again with something that was not told, wherever there is such a thing."""
    return duty(Duty.ASK_AGAIN, **{"with": told})


def finding(says: Code | Duty | None, control: str) -> Finding | None:
    """Return what a reason or a duty comes to: a reason refuses, a duty obliges, none lets through."""
    if says is None:
        return None
    return refusal(says, control) if isinstance(says, Code) else duty(says)


class Value(Check):
    """What a value says by itself."""

    name = "value"

    def __init__(self, control: str, says: Mapping[str, Code | Duty | None]) -> None:
        self.control, self.controls = control, (control,)
        self.codes = tuple([each for each in says.values() if isinstance(each, Code)])
        self.duties = tuple([each for each in says.values() if isinstance(each, Duty)])
        self._answers = {value: finding(each, control) for value, each in says.items()}

    def judge(self, seen: View) -> Finding | None:
        return self._answers[seen.mine.values[self.control]]


# Hours


class Away(Check):
    """The app is closed at these hours."""

    name = "away"
    controls = ("time.away",)
    codes = (Code.TIME_AWAY,)
    timed = True
    _closed = refusal(Code.TIME_AWAY, "time.away")

    def judge(self, seen: View) -> Finding | None:
        away = seen.mine.values["time.away"]
        return self._closed if away.spans and hours.covers(away, seen.now) else None

    def until(self, mine: Brief, now: int) -> int | None:
        return hours.next_change(mine.values["time.away"], now)


class Bedtime(Check):
    """At bedtime the app is closed, or reminds; the reminder belongs to the use of the app, not to each act."""

    name = "bedtime"
    controls = ("time.bedtime", "time.bedtime_action")
    codes = (Code.BEDTIME,)
    timed = True
    _closed = refusal(Code.BEDTIME, "time.bedtime")
    _reminder = duty(Duty.REMIND, about="bedtime")

    def __init__(self, *, reminds: bool = False) -> None:
        self.reminds = reminds
        self.duties = (Duty.REMIND,) if reminds else ()

    def judge(self, seen: View) -> Finding | None:
        blocks = seen.mine.values["time.bedtime_action"] != "remind"
        if (blocks or self.reminds) and hours.covers(seen.mine.values["time.bedtime"], seen.now):
            return self._closed if blocks else self._reminder
        return None

    def until(self, mine: Brief, now: int) -> int | None:
        is_looked_at = self.reminds or mine.values["time.bedtime_action"] != "remind"
        return hours.next_change(mine.values["time.bedtime"], now) if is_looked_at else None


class Budget(Check):
    """The minutes of today; where they are not told, the app is told the limit."""

    name = "minutes of today"
    controls = ("time.daily_minutes", "time.limit_action", "time.away")
    codes = (Code.TIME_USED_UP,)
    duties = (Duty.LIMIT_MINUTES, Duty.REMIND)
    timed = True
    _used_up: ClassVar[Mapping[str, Finding]] = {
        "block": refusal(Code.TIME_USED_UP, "time.daily_minutes"),
        "ask_parent": asking(Code.TIME_USED_UP, "time.daily_minutes"),
        "remind": duty(Duty.REMIND, about="time_used_up"),
    }

    def judge(self, seen: View) -> Finding | None:
        values = seen.mine.values
        minutes = values["time.daily_minutes"][hours.weekday(values["time.away"].time_zone, seen.now)]
        if minutes == NO_LIMIT:
            return None
        action = values["time.limit_action"]
        # Where nobody is paired there is nobody to ask for more.
        if action == "ask_parent" and not seen.mine.supervised:
            action = "remind"
        used = seen.told.get("used_minutes")
        if used is None:
            return duty(Duty.LIMIT_MINUTES, minutes=minutes, action=action)
        return self._used_up[action] if used >= minutes else None

    def until(self, mine: Brief, now: int) -> int | None:
        if all(minutes == NO_LIMIT for minutes in mine.values["time.daily_minutes"].values()):
            return None
        return hours.next_weekday(mine.values["time.away"].time_zone, now)


class Silent(Check):
    """What arrives at quiet hours makes no sound, nor what arrives while one of some other checks closes the app."""

    name = "quiet hours"
    duties = (Duty.DELIVER_SILENTLY,)
    timed = True
    _silently = duty(Duty.DELIVER_SILENTLY)

    def __init__(self, *closing: Check) -> None:
        self.closing = closing
        self.controls = ("push.quiet_hours", *(key for check in closing for key in check.controls))

    def judge(self, seen: View) -> Finding | None:
        if hours.covers(seen.mine.values["push.quiet_hours"], seen.now):
            return self._silently
        for check in self.closing:
            if check.judge(seen) is not None:
                return self._silently
        return None

    def until(self, mine: Brief, now: int) -> int | None:
        changes = [check.until(mine, now) for check in self.closing]
        changes.append(hours.next_change(mine.values["push.quiet_hours"], now))
        return min([change for change in changes if change is not None], default=None)


# People


class Blocks(Check):
    """Nobody meets an account on the own list; one that is not named may be any of them."""

    name = "blocks"
    controls = ("accounts.blocked",)
    codes = (Code.ACCOUNT_BLOCKED,)
    _blocked = refusal(Code.ACCOUNT_BLOCKED, "accounts.blocked")

    def judge(self, seen: View) -> Finding | None:
        listed, who = seen.mine.values["accounts.blocked"], seen.their_id
        return self._blocked if listed.all or (listed.items and (not who or who in listed.items)) else None


class Who(Check):
    """Only who stands near enough: for each value the ties that pass and the others' reason, None for everybody."""

    name = "who is near enough"

    def __init__(self, control: str, near: Mapping[str, Near], consent: str = "") -> None:
        self.control, self.controls = control, (control,)
        self.codes = tuple(dict.fromkeys(each[0] for each in near.values() if each))
        self.duties = (Duty.ASK_CONSENT,) if consent else ()
        # For each value and tie the answer is there before anybody asks.
        self._answers = {
            value: by_tie(each, control, duty(Duty.ASK_CONSENT) if value == consent else None)
            for value, each in near.items()
        }

    def judge(self, seen: View) -> Finding | None:
        return self._answers[seen.mine.values[self.control]][seen.tie]


class Adults(Who):
    """The same for who is, or may be, an adult: ``friends`` are the ties that pass where only friends do."""

    name = "adults"

    def __init__(self, friends: Collection[Relationship]) -> None:
        near: dict[str, Near] = {
            "blocked": (Code.ADULT, ()),
            "friends_only": (Code.ADULT, friends),
            "allowed": None,
        }
        super().__init__("contact.adults", near)

    def judge(self, seen: View) -> Finding | None:
        theirs = seen.theirs
        # In the words of `is_grown`, which is a call more.
        is_grown = theirs.adult or theirs.said_adult or not theirs.known
        return self._answers[seen.mine.values["contact.adults"]][seen.tie] if is_grown else None


def by_tie(near: Near, control: str, passing: Finding | None) -> dict[Relationship, Finding | None]:
    """Return the answer for every tie."""
    return {tie: passing if near is None or tie in near[1] else refusal(near[0], control) for tie in Relationship}


class NewContact(Check):
    """A parent approves, or hears of, who is new; only where a parent is paired."""

    name = "new contact"
    controls = ("contact.new_contact_approval",)
    codes = (Code.NEW_CONTACT,)
    duties = (Duty.REPORT_CONTACT,)
    _ask = asking(Code.NEW_CONTACT, "contact.new_contact_approval")
    _report = duty(Duty.REPORT_CONTACT)
    # Of others, and of adults.
    _answers: ClassVar[Mapping[str, tuple[Finding | None, Finding | None]]] = {
        "all": (_ask, _ask),
        "adults_only": (None, _ask),
        "notify": (_report, _report),
        "none": (None, None),
    }

    def judge(self, seen: View) -> Finding | None:
        mine = seen.mine
        if not mine.supervised or not seen.told.get("is_new_contact", True):
            return None
        return self._answers[mine.values["contact.new_contact_approval"]][seen.theirs.is_grown]


class Requests(Check):
    """Who may ask to be friends: who has friends in common with the one who is asked, or was asked by that one."""

    name = "friend requests"
    controls = ("friend.requests_from",)
    codes = (Code.NOBODY, Code.NO_FRIENDS_IN_COMMON)
    _nobody = refusal(Code.NOBODY, "friend.requests_from")
    _stranger = refusal(Code.NO_FRIENDS_IN_COMMON, "friend.requests_from")

    def judge(self, seen: View) -> Finding | None:
        match seen.mine.values["friend.requests_from"]:
            case "everyone":
                return None
            case "friends_of_friends":
                return None if seen.tie in ASKED or seen.told.get("mutual_friends", 0) > 0 else self._stranger
            case _:
                return self._nobody


Near: TypeAlias = tuple[Code, Collection[Relationship]] | None
# Who is near enough, as the one sees it whose value it is.
FRIENDS: Final = frozenset({Relationship.FRIEND})
FOLLOWERS: Final = frozenset({Relationship.FOLLOWED_BY, Relationship.FRIEND})
FOLLOWED: Final = frozenset({Relationship.FOLLOWS, Relationship.FRIEND})
# Friendship begins with a request, so one who was asked first may ask back.
ASKED: Final = FOLLOWED

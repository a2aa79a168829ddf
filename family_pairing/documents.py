"""The parts of the documents that are written from the product itself, so that they cannot say anything else.

A document holds a part between `<!-- written: NAME -->` and `<!-- end -->`; `manage.py documents` brings all of them
up to date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from accounts import limits
from accounts.models import State
from accounts.ties import UNTOLD_KINDS
from controls.decisions.actions import ACTIONS, Action
from controls.decisions.briefs import ELSEWHERE
from controls.decisions.checks import Check
from controls.decisions.properties import Property
from controls.decisions.words import Code, Duty
from controls.history import UNSHARED
from controls.labels import in_order
from controls.labels.content import LABEL_NAMES, TOPIC_NAMES
from controls.labels.controls import CONTROLS
from controls.labels.events import EVENTS
from controls.labels.groups import SECTIONS, section_of
from controls.labels.reasons import FOR_PARENTS, FOR_TEENS
from controls.labels.values import value_words
from controls.laws.binding import Effect, Standing, When, moments, standings
from controls.laws.demands import Change
from controls.laws.law import WORLD, Law, Laws, Posture
from controls.models import RequestState
from controls.packs import FOLDER, PLACES, released
from controls.packs import recorded as recorded_laws
from controls.packs.atlas import place_name
from controls.packs.explaining import WORDS as EFFECTS
from controls.packs.explaining import in_words as demand_in_words
from controls.packs.places import read_territories
from controls.packs.questions import newest_record
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.packs import Pack
from controls.policy.reasons import Reason
from controls.policy.values import Choice, Composite
from family_pairing.problems import CODES

PART: Final = re.compile(r"(?<=<!-- written: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
ROOMS: Final = ("accounts", "activity", "controls", "family_pairing", "ledger", "safety")
# Where kinds of events have words, and are not recorded.
WORDS: Final = re.compile(r"/labels/|/demo/|/migrations/|^family_pairing/documents\.py$")
# Moves that are named by the state that they lead to.
MOVES: Final = {f"pairing.{state}" for state in (State.DECLINED, State.CANCELLED)} | {
    f"request.{state}" for state in RequestState if state is not RequestState.OPEN
}
LIMITS: Final = {
    "claims_day": "codes that one parent tries",
    "claims_10min": "codes that one parent tries",
    "claims_address": "codes tried from one address prefix (/24, /64)",
    "claims_all": "codes tried in all",
    "invites_hour": "pairings that one teen starts",
    "changes_hour": "changes of one teen's controls by one parent",
    "simulations_hour": "simulations of one teen by one parent, or by the teen",
    "requests_day": "requests of one teen to one parent",
    "asks_day": "follows that one account asks for",
    "asks_of_one_day": "follows that one account asks of another",
}
SPANS: Final = {600: "10 minutes", 3_600: "an hour", 86_400: "a day"}
CALLERS: Final = {
    "service": "A service of the platform",
    "device": "A teen's device",
    "parent": "A parent's browser",
    "anyone": "Anyone",
    "operator": "An operator",
}


def stale() -> list[str]:
    """Return the documents that say something else than the product."""
    return [path.name for path, text in rendered() if path.read_text(encoding="utf-8") != text]


def write() -> list[str]:
    """Bring every document up to date; returns those that were not."""
    changed = [(path, text) for path, text in rendered() if path.read_text(encoding="utf-8") != text]
    for path, text in changed:
        path.write_text(text, encoding="utf-8")
    return [path.name for path, _ in changed]


def rendered() -> Iterator[tuple[Path, str]]:
    """Return every document that has such parts, as it should be; in English, whoever asks."""
    with translation.override("en"):
        parts = {name: "\n".join(["", *part(), "", ""]) for name, part in PARTS.items()}
    for path in sorted((settings.ROOT / "docs").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if PART.search(text):
            yield path, PART.sub(lambda found: found[1] + found[2] + parts[found[1]], text)


# The catalogue


def catalogue() -> Iterator[str]:
    """Describe every control, section by section, as the newest pack has it."""
    pack = released()[-1]
    yield from (f"The values are those of `{pack.key}`, which takes effect on {pack.effective_at:%-d %B %Y}.", "")
    for key, section in SECTIONS.items():
        shown = [control for control in in_order() if section_of(control.key) == key]
        yield from (f"## {section.name}", "", str(section.about), "")
        yield from table(["Control", "Values", *(band.name for band in pack.bands), "Found in"])
        yield from (row([named(control), values_of(control), *bounds(control, pack)]) for control in shown)
        yield ""
    yield from parts_of("content.labels", "Sensitive content, label by label", LABEL_NAMES, pack)
    yield ""
    yield from parts_of("content.topics", "Topics", TOPIC_NAMES, pack)


def named(control: Control) -> str:
    """Return a control with its name, and what is special about it."""
    notes = []
    if control.capped_by:
        notes.append(f"Never wider than `{control.capped_by}` allows.")
    if control.capped_for_adults_by:
        notes.append(f"Towards adults also bounded by `{control.capped_for_adults_by}`.")
    if control.availability:
        notes.append("Decides whether the app can be used: what cannot be read is the default.")
    if control.teens_alone:
        notes.append("What the teen adds, no parent sees.")
    return "<br>".join([f"`{control.key}`", f"{CONTROLS[control.key].name}", *(f"*{note}*" for note in notes)])


def values_of(control: Control) -> str:
    """Return the values of a choice from the strictest to the loosest, or the kind."""
    kind = control.kind
    return " · ".join(f"`{value}`" for value in kind.values) if isinstance(kind, Choice) else kind.name


def bounds(control: Control, pack: Pack) -> Iterator[str]:
    """Return for each band the default, the loosest value and who may go there; then where such a control is found."""
    for band in pack.bands:
        rule = pack.rule(control.key, band.name)
        default, loosest = (in_words(control, value) for value in (rule.default, rule.loosest))
        same = rule.default == rule.loosest
        who = "" if band.adult else f" ({rule.may_loosen})"
        yield default if same else f"{default} → {loosest}{who}"
    yield ", ".join(pack.evidence[control.key])


def in_words(control: Control, value: Any) -> str:
    """Return a value: the word of a choice as the API has it, others as people read them."""
    dumped = control.kind.dump(value)
    return f"`{dumped}`" if isinstance(control.kind, Choice) else value_words(control, dumped)


def parts_of(key: str, title: str, names: Mapping[str, object], pack: Pack) -> Iterator[str]:
    """Describe a control of parts, part by part."""
    kind = CATALOGUE[key].kind
    assert isinstance(kind, Composite)
    yield from (f"## {title}", "")
    yield from table([f"Part of `{key}`", *(band.name for band in pack.bands), "Never below"])
    for part, name in names.items():
        rules = [pack.rule(key, band.name) for band in pack.bands]
        cells = [
            f"`{rule.default[part]}`"
            if rule.default[part] == rule.loosest[part]
            else f"`{rule.default[part]}` → `{rule.loosest[part]}`"
            for rule in rules
        ]
        never = {str(rule.never_below[part]) for rule in rules if rule.never_below and part in rule.never_below}
        yield row([f"`{part}` {name}", *cells, ", ".join(f"`{each}`" for each in sorted(never))])


# Laws


def laws() -> Iterator[str]:
    """List every law as it was recorded last, place by place, the widest places first."""
    found = recorded_laws()
    wide = [WORLD, *sorted(found.regions)]
    places = [*wide, *sorted(found.names.keys() - set(wide), key=lambda place: (found.names[place], place))]
    for place in places:
        yield from (f"### {found.names[place]} (`{place}`)", "")
        yield from table(["Law", "Status", "Asks for", "Binds"])
        yield from (row(cells_of(law, found)) for law in found.known_by(date.max, [place]))
        yield ""


def territories() -> Iterator[str]:
    """List where territories lie, in the order of their names."""
    yield from table(["Territory", "Its laws", "Why", "Source"])
    for each in sorted(read_territories(FOLDER / PLACES), key=lambda each: place_name(each.place)):
        codes = ", ".join(f"`{code}`" for code in (each.place, *each.same))
        beside = ["its own", *(f"those of `{state}`" for state in each.within)]
        yield row([f"{place_name(each.place)} ({codes})", " and ".join(beside), each.why, each.source])


def cells_of(law: Law, found: Laws) -> list[str]:
    """Return one law: what it is, where it stands, what it asks for, and whether it binds by itself."""
    note = [f"*{law.note}*"] if law.note else []
    named = "<br>".join([f"**`{law.key}`** {law.title}", "; ".join(law.citations), *note])
    asks = [" ".join([demand_in_words(each), *map(own_status, each.history[-1:])]) for each in law.demands]
    duties = [f"*duties: {', '.join(law.duties)}*"] if law.duties else []
    return [named, "<br>".join(map(status_in_words, law.history)), "<br>".join([*asks, *duties]), binds(law, found)]


def status_in_words(change: Change) -> str:
    """Return one entry of a history."""
    words = change.status.value.replace("_", " ")
    return f"{words} from {change.since:%-d %B %Y}" if change.since else words


def own_status(change: Change) -> str:
    """Return the status of a demand that has one of its own."""
    return f"*({status_in_words(change)})*"


def binds(law: Law, found: Laws) -> str:
    """Return whether a law binds, from when on, and what of it does not."""
    now = newest_record()
    later = [moment for moment in moments(found, law.place, (UTC,)) if moment > now]
    for moment in [now, *later]:
        standing = standing_of(law, found, moment)
        if standing.effect is Effect.BINDS:
            words = "yes" if moment == now else f"from {moment:%-d %B %Y}"
            return words if len(standing.demands) == len(law.demands) else f"{words}, in part"
    return f"no: {EFFECTS[standing_of(law, found, [now, *later][-1]).effect]}"


def standing_of(law: Law, found: Laws, moment: datetime) -> Standing:
    """Return where a law stands for an installation that adds nothing."""
    every = standings(found, law.place, Posture(), When.of(moment, "UTC"))
    return next(each for each in every if each.law.key == law.key)


# Reasons


def reasons() -> Iterator[str]:
    """List every reason in the order in which a value gives them."""
    yield from table(["Code", "To a parent", "To a teen"])
    yield from (row([f"`{code}`", FOR_PARENTS[code], FOR_TEENS[code]]) for code in Reason)


# Decisions

REFUSED: Final[Mapping[Code, str]] = {
    Code.ALLOWED: "It may happen; the reason names the own control that it rests on.",
    Code.ALWAYS_OPEN: "Help and reports are never refused.",
    Code.PAIRED_PARENT: "The two are paired; a paired parent is never refused.",
    Code.RECIPIENT_SETTINGS: "It rests on the other one's account; nothing more is told, whatever the cause.",
    Code.UNENROLLED: "Nothing is known of who acts: nothing is done to a minor; of two such the operator decides.",
    Code.UNKNOWN_ACTION: "The action is not in the table.",
    Code.UNAVAILABLE: "What applies to one of the two cannot be read now.",
    Code.MALFORMED: "A property cannot be read; `pointer` and `expected` say which and why.",
    Code.UNREADABLE: "What is kept of the account cannot be read.",
    Code.OUT_OF_DATE: "What is kept of the account has ended; ask again.",
    Code.BELOW_MINIMUM_AGE: "A law allows no account at this age; `rule` names it.",
    Code.PERMISSION_NEEDED: "A law asks for a parent's permission at this age; `rule` names it.",
    Code.PAIRING_NEEDED: "A law asks for a paired parent at this age; `rule` names it.",
    Code.PAUSED: "The app is paused.",
    Code.TIME_AWAY: "It is an hour of time away.",
    Code.BEDTIME: "It is bedtime, which closes the app.",
    Code.TIME_USED_UP: "Today's minutes are used up.",
    Code.TURNED_OFF: "It is off.",
    Code.NOBODY: "Nobody may.",
    Code.FRIENDS_ONLY: "Only friends may, and the two are none.",
    Code.FOLLOWED_ONLY: "Only whom the person follows may.",
    Code.FOLLOWERS_ONLY: "Only who follows the person may.",
    Code.NO_FRIENDS_IN_COMMON: "Only friends of friends may ask, and the two have no friend in common.",
    Code.ACCOUNT_BLOCKED: "The other account is on the own list of accounts to keep away.",
    Code.ADULT: "The other one is an adult, or may be one.",
    Code.NEW_CONTACT: "A parent approves who is new.",
    Code.CONTENT_TYPE: "Messages do not carry this.",
    Code.AUDIENCE: "The audience is wider than the own posts may reach.",
    Code.LABEL: "A label is stronger than what is shown of it.",
    Code.LABEL_UNKNOWN: "A label is none of the catalogue.",
    Code.NOT_LABELLED: "No labels were told, and not everything is shown.",
    Code.TOPIC: "A topic is blocked.",
    Code.HIDDEN_WORD: "The text has a hidden word.",
    Code.LEVEL: "It is more mature than what is shown.",
    Code.RESTRICTED_MODE: "Restricted mode hides it: for adults, not rated, or a strong label.",
    Code.CRISIS: "The search is about a crisis: help comes instead.",
    Code.ASK_EACH_TIME: "A parent is asked about each purchase.",
    Code.MONTHLY_CAP: "It does not fit into the month's sum, or it is not told whether it does.",
}
OBLIGED: Final[Mapping[Duty, str]] = {
    Duty.ASK_AGAIN: "If the thing has what `with` names, ask again and tell it; without it the answer holds.",
    Duty.ASK_CONSENT: "Ask the account that is added for consent before it is in the group.",
    Duty.DELIVER_SILENTLY: "Deliver without sound, vibration or a lit screen.",
    Duty.FILTER_COMMENT: "Show the comment only if your filter finds nothing unkind in it.",
    Duty.FRIENDS_ONLY: "Show the place to friends alone.",
    Duty.HOLD_COMMENT: "Show the comment to nobody else before its receiver has let it through.",
    Duty.KEEP_WITHIN: "Refuse when the sum of this month's purchases would pass `minor_units` of `currency`.",
    Duty.LIMIT_MINUTES: "Count today's use over all devices; after `minutes` do what `action` says.",
    Duty.LIMITED_ASSISTANT: "Keep the assistant to safe subjects.",
    Duty.REDUCE: "Recommend what is about these `topics` less often.",
    Duty.REMIND: "Remind the person that it is `bedtime`, or that the `time_used_up` is all there is today.",
    Duty.REPORT_CONTACT: "Report the new contact to us, so that who is to hear of it does.",
    Duty.SAFE_SEARCH: "Show only results that are safe for teens.",
    Duty.SHOW_HELP: "Show helplines and guidance before anything else.",
}


def actions() -> Iterator[str]:
    """List every action with what may be told and which controls decide."""
    yield from table(
        ["Action", "A wants to", "Resource", "What may be told, and what its absence counts as", "Of A", "Of B"]
    )
    yield from (row(told_of(action)) for action in ACTIONS.values())


def told_of(action: Action) -> list[str]:
    """Return one row of the table of actions."""
    sides = [asked(action.acts), asked(action.acted_upon)]
    about = "*always open*" if action.always_open else action.about
    told = "<br>".join(told_as(each) for each in action.properties)
    return [f"`{action.name}`", about, f"`{action.resource}`", told, *sides]


def told_as(each: Property) -> str:
    """Return a property as it is told."""
    return f"{each.of} `{each.name}`: {each.kind} (absent: {each.absent})"


def asked(checks: Iterable[Check]) -> str:
    """Return the controls that checks read, in order; hours are the same everywhere."""
    keys = dict.fromkeys(key for check in checks for key in check.controls)
    named = ["*hours*"] if set(HOURS) <= keys.keys() else []
    return " ".join(named + [f"`{key}`" for key in keys if not named or key not in HOURS])


HOURS: Final = ("time.pause", "time.away", "time.bedtime", "time.bedtime_action")


def checks() -> Iterator[str]:
    """List every check once: what it asks, what it reads, and what it may answer."""
    yield from table(["Check", "Reads", "May refuse, or ask a parent, with", "May oblige to"])
    every = [check for action in ACTIONS.values() for check in (*action.acts, *action.acted_upon)]
    # Of two that look alike one is for another tie.
    yield from dict.fromkeys(row([check.name, *named_in(check.controls, check.codes, check.duties)]) for check in every)


def named_in(*cells: Iterable[str]) -> Iterator[str]:
    """Return names as they stand in cells."""
    yield from (" ".join(f"`{each}`" for each in cell) for cell in cells)


def codes() -> Iterator[str]:
    """List every reason of a decision."""
    yield from table(["Code", "It says"])
    yield from (row([f"`{code}`", REFUSED[code]]) for code in Code)


def duties() -> Iterator[str]:
    """List every obligation."""
    yield from table(["Obligation", "What to do"])
    yield from (row([f"`{duty}`", OBLIGED[duty]]) for duty in Duty)


def elsewhere() -> Iterator[str]:
    """List the controls that no decision reads."""
    yield from table(["Control", "Who obeys it"])
    yield from (row([f"`{key}`", why]) for key, why in ELSEWHERE.items())


# Events


def events() -> Iterator[str]:
    """List every kind of event that is recorded."""
    yield from table(["Kind", "In words", "Read by"])
    for kind in recorded():
        words = str(EVENTS[kind]).format(actor="*actor*", teen="*teen*")
        yield row([f"`{kind}`", words, readers_of(kind)])


def readers_of(kind: str) -> str:
    """Return who reads a kind of events."""
    if kind in UNTOLD_KINDS:
        return "nobody"
    if kind.startswith("pack."):
        return "operators"
    return "the teen alone" if kind in UNSHARED else "both sides"


def recorded() -> list[str]:
    """Return the kinds that the product's source names, in the order of their words."""
    source = "".join(path.read_text(encoding="utf-8") for path in sources())
    return [kind for kind in EVENTS if kind in MOVES or f'"{kind}"' in source]


def sources() -> Iterator[Path]:
    """Return every file of Python in which an event may be recorded."""
    root: Path = settings.ROOT
    for room in ROOMS:
        paths = sorted((root / room).rglob("*.py"))
        yield from (path for path in paths if not WORDS.search(str(path.relative_to(root))))


# The API


def endpoints() -> Iterator[str]:
    """List every endpoint of the description, by who calls."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library has no types here
    description = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # nor here
    found = [
        (caller_of(operation), f"{method.upper()} {path}", operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
    ]
    schemas = description["components"]["schemas"]
    for caller, words in CALLERS.items():
        yield from (f"### {words}", "")
        yield from table(["Endpoint", "Answers", "Body", "Headers"])
        for by, endpoint, operation in found:
            if by == caller:
                status = [each for each in operation["responses"] if each < "4"]
                says = f"{operation['summary']} *{', '.join(status)}*"
                yield row([f"`{endpoint}`", says, body_of(operation, schemas), headers_of(operation)])
        yield ""


def caller_of(operation: Mapping[str, Any]) -> str:
    """Return who may call: whose proof is asked for, or else whom it is for."""
    proofs = {name for way in operation.get("security") or () for name in way}
    return str(next((caller for caller in CALLERS if caller in proofs), operation["tags"][0]))


def body_of(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the fields of a body; those that may be missing with a question mark."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: Mapping[str, Any] = next((each["schema"] for each in content.values()), {})
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    needed = schema.get("required", ())
    return " ".join(f"`{name}`" + ("" if name in needed else "?") for name in schema.get("properties", {}))


def headers_of(operation: Mapping[str, Any]) -> str:
    """Return the headers that an endpoint needs or understands."""
    headers = [each for each in operation.get("parameters", ()) if each["in"] == "header"]
    named = {each["name"]: "" if each.get("required") else "?" for each in headers}
    if "304" in operation["responses"]:
        named.setdefault("If-None-Match", "?")
    return " ".join(f"`{name}`{mark}" for name, mark in named.items())


def problems() -> Iterator[str]:
    """List every code that a refusal can have."""
    yield from table(["Status", "Code", "Title"])
    by_status = sorted(CODES.items(), key=lambda item: item[1].status)
    yield from (row([str(code.status), f"`{name}`", code.title]) for name, code in by_status)


def counted() -> Iterator[str]:
    """List the limits that are counted in the database."""
    yield from table(["What", "At most", "In"])
    for limit in vars(limits).values():
        if isinstance(limit, limits.Limit):
            yield row([LIMITS[limit.name], f"{limit.most:,}", SPANS[limit.seconds]])


def table(heads: list[str]) -> list[str]:
    """Return the head of a table."""
    return [row(heads), "|" + "---|" * len(heads)]


def row(cells: Iterable[object]) -> str:
    """Return one row of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


PARTS: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "catalogue": catalogue,
    "laws": laws,
    "territories": territories,
    "reasons": reasons,
    "actions": actions,
    "checks": checks,
    "codes": codes,
    "duties": duties,
    "elsewhere": elsewhere,
    "events": events,
    "endpoints": endpoints,
    "problems": problems,
    "limits": counted,
}

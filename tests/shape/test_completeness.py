"""Every control, reason, event, problem, state, variable and command has its words, and nothing has words in vain."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from accounts import labels as account_labels
from accounts.models import Proof, State
from controls.history import TEENS_ALONE
from controls.labels import catalogue_words
from controls.labels.controls import CONTROLS
from controls.labels.events import ACTORS, EVENTS
from controls.labels.groups import SECTIONS, section_of
from controls.labels.problems import TO_PARENTS, TO_TEENS
from controls.labels.reasons import FOR_PARENTS, FOR_TEENS, MAY_LOOSEN, MAY_LOOSEN_FOR_PARENTS
from controls.models import RequestState
from controls.packs import released
from controls.policy.catalogue import CATALOGUE
from controls.policy.packs import MayLoosen
from controls.policy.reasons import Reason
from controls.policy.values import Choice
from family_pairing.problems import CODES
from ledger import ports
from ledger.actions import SUBSCRIBERS
from ledger.actor import ActorKind
from ledger.deliveries import BACKOFF
from tests.shape.source import ROOT, product

# Verbs hand the kind of an event on to these.
RECORDERS = ("record", "note", "enact")
KINDS = "account|pairing|settings|device|request|staff|follow|block|report|campaign|pack|change"
KIND = re.compile(rf"^({KINDS})\.[a-z_]+$")


def recorded() -> set[str]:
    """Return the kind of every event that the product records."""
    moves = {f"pairing.{state.value}" for state in (State.DECLINED, State.CANCELLED)}
    moves |= {f"request.{state.value}" for state in RequestState if state is not RequestState.OPEN}
    texts = (word.value for _, call in calls(*RECORDERS) for word in ast.walk(call) if isinstance(word, ast.Constant))
    return moves | {text for text in texts if isinstance(text, str) and KIND.match(text)}


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Return every call of these names in the product."""
    for file in product():
        yield from ((file.path, call) for name, call in file.calls() if name.rpartition(".")[2] in names)


def first_texts(*names: str, place: int = 0) -> set[str]:
    """Return the texts that stand at one place of the calls of these names."""
    given = (call.args[place] for _, call in calls(*names) if len(call.args) > place)
    return {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_control_has_words_for_both_sides() -> None:
    assert set(CONTROLS) == set(CATALOGUE)
    for key, words in CONTROLS.items():
        assert all(len(str(text)) > 3 for text in (words.name, words.about, words.about_teen)), key


def test_every_value_of_a_choice_has_words() -> None:
    for control in catalogue_words()["controls"]:
        kind = CATALOGUE[control["key"]].kind
        values = kind.values if isinstance(kind, Choice) else ()
        assert [each["value"] for each in control["values"]] == list(values)
        assert all(each["name"] and each["name"] != each["value"] for each in control["values"]), control["key"]


def test_every_control_has_a_section_and_every_section_a_control() -> None:
    assert {section_of(key) for key in CATALOGUE} == set(SECTIONS)


def test_every_control_has_a_rule_in_every_band_of_every_pack() -> None:
    for pack in released():
        for band in pack.bands:
            assert set(pack.rules[band.name]) == set(CATALOGUE)
        assert all(pack.evidence[key] for key in CATALOGUE), pack.key


def test_every_reason_has_words_for_both_sides() -> None:
    codes = {reason.value for reason in Reason}
    assert set(FOR_TEENS) == set(FOR_PARENTS) == codes == set(catalogue_words()["reasons"])


def test_whoever_may_loosen_has_words_for_both_sides() -> None:
    who = {each.value for each in MayLoosen} | {"nobody_joined"}
    assert set(MAY_LOOSEN) == set(MAY_LOOSEN_FOR_PARENTS) == who


def test_every_event_and_every_actor_has_words() -> None:
    # What is the teen's alone is recorded as any change, and told under a kind of its own.
    assert recorded() | {TEENS_ALONE} == set(EVENTS)
    assert len(recorded()) >= 14
    assert set(ACTORS) == {kind.value for kind in ActorKind}


def test_every_state_and_every_proof_has_words() -> None:
    assert set(account_labels.STATES) == set(account_labels.STATES_FOR_TEENS) == set(State.values)
    assert set(account_labels.PROOF) == set(Proof.values)


def test_every_problem_is_known_and_has_a_title() -> None:
    raised = first_texts("Problem", "refusal") | first_texts("Fault", place=1)
    assert len(raised) > 15
    assert raised - set(CODES) == set()
    assert all(code.title.endswith(".") and 400 <= code.status < 600 for code in CODES.values())


def test_no_problem_is_known_that_nobody_raises() -> None:
    words = ("family_pairing/problems.py", "controls/labels/problems.py")
    text = "".join(file.text for file in product() if file.path not in words)
    assert {code for code in CODES if f'"{code}"' not in text} == set()


def test_every_problem_has_words_for_both_sides() -> None:
    assert set(TO_PARENTS) == set(TO_TEENS) == set(CODES) == set(catalogue_words()["problems"])


def test_every_subscriber_has_a_sender_and_a_patience() -> None:
    assert set(SUBSCRIBERS) == set(ports.senders) == set(BACKOFF)


def operations() -> str:
    """Return what operators are told."""
    return (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def variables() -> set[str]:
    """Return every variable of the environment that the product reads."""
    readers = [f"env.{kind}" for kind in ("text", "secret", "integer", "flag", "words", "ring", "choice")]
    read = {word for file in product() for name, call in file.calls() if name in readers for word in names_in(call)}
    direct = (re.findall(r"environ(?:\.get\(|\[|\.pop\()\s*\"([A-Z_]+)\"", file.text) for file in product())
    return read | {name for names in direct for name in names}


def names_in(call: ast.Call) -> list[str]:
    """Return the variable that a call reads."""
    first = call.args[0] if call.args else None
    return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []


def test_every_variable_is_told_to_operators() -> None:
    assert len(variables()) > 15
    assert {name for name in variables() if f"`{name}`" not in operations()} == set()


def test_no_variable_is_told_that_nobody_reads() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)`", operations(), re.MULTILINE))
    others = [*ROOT.glob("Makefile"), *ROOT.glob("Dockerfile"), *ROOT.glob("docker-compose.yml")]
    elsewhere = "".join([*(file.text for file in product()), *(path.read_text(encoding="utf-8") for path in others)])
    assert told
    assert {name for name in told if name not in elsewhere} == set()


def test_every_command_is_told_to_operators() -> None:
    commands = [path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"]
    assert commands
    assert [name for name in commands if not re.search(rf"`(manage\.py )?{name}\b", operations())] == []

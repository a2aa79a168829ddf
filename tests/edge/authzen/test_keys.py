"""Service keys on the edge: every live one opens its scopes, a revoked one nothing within 5 s, whatever fails."""

from __future__ import annotations

import hashlib
import time

import pytest

from accounts.tokens import LiveKey, service_key_id
from edge.keys import KNOWN_S, ServiceKeys
from edge.watch import KEYS_S
from family_pairing.problems import Problem
from tests.edge.authzen.conftest import ASK, EVALUATION, Open, Service, refused
from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Serve, Store
from tests.edge.family import Database, Tess, until

KEY = "fps_id_secret"
HELD = {"id": LiveKey(hashlib.sha256(KEY.encode()).digest(), frozenset({"decide"}))}


def outcome(keys: ServiceKeys, credential: str | None, scope: str = "decide") -> str:
    """Return whose key it is, or the code of the refusal."""
    try:
        return keys.holder(credential, scope)
    except Problem as problem:
        return problem.code


def test_a_key_opens_its_scopes_and_no_other() -> None:
    keys = ServiceKeys()
    keys.learn(HELD, time.monotonic())
    assert outcome(keys, KEY) == "id"
    assert outcome(keys, KEY, "settings:read") == "scope_missing"


@pytest.mark.parametrize(
    "credential",
    [
        *(None, "", "fps_", "fps__", "fps_id", "fps_id_", "fps_id_secre", "fps_id_secretx", "FPS_ID_SECRET"),
        *("id_secret", "fps_other_secret", "fpd_id_secret", "fpt_id_secret", "fps_id_sécret", f"fps_id_{'x' * 4_000}"),
    ],
)
def test_what_is_not_exact_opens_nothing(credential: str | None) -> None:
    keys = ServiceKeys()
    keys.learn(HELD, time.monotonic())
    assert outcome(keys, credential) == "token_invalid"


def test_keys_are_known_for_five_seconds_from_when_a_read_of_them_began() -> None:
    now = 100.0
    keys = ServiceKeys(lambda: now)
    assert outcome(keys, KEY) == "unavailable"
    keys.learn(HELD, 98.0)
    assert outcome(keys, KEY) == "id"
    now = 98.0 + KNOWN_S
    assert outcome(keys, KEY) == outcome(keys, "fps_other_x") == "unavailable"
    # What is no service key at all is told so whatever is known.
    assert outcome(keys, "fpd_x") == outcome(keys, None) == "token_invalid"
    assert KEYS_S < KNOWN_S == 5.0


def test_two_keys_live_side_by_side_and_each_is_taken_back_alone(open_service: Open, database: Database) -> None:
    former = database.key("decide")
    service = open_service()
    both = [service, Service(service.front, former, service.scenario)]
    assert [each.decide(ASK) for each in both] == [True, True]
    database.revoke_key(former)
    revoked = time.monotonic()
    until(lambda: both[1].post(EVALUATION, ASK).status_code == 401, within=5.0)
    assert time.monotonic() - revoked < 5.0
    assert service.decide(ASK) is True


def test_a_key_that_was_made_just_now_is_soon_known(service: Service, database: Database) -> None:
    new = Service(service.front, database.key("decide"), service.scenario)
    until(lambda: new.post(EVALUATION, ASK).status_code == 200, within=5.0)


def test_who_cannot_read_the_keys_refuses_all_of_them_after_five_seconds(service: Service, database: Database) -> None:
    database.is_down = True
    assert service.decide(ASK) is True
    until(lambda: service.post(EVALUATION, ASK).status_code == 503, within=7.0)
    answer = service.post(EVALUATION, ASK)
    refused(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    database.is_down = False
    until(lambda: service.post(EVALUATION, ASK).status_code == 200, within=5.0)


def test_a_process_knows_the_keys_when_it_begins_to_serve(serve: Serve, store: Store, database: Database) -> None:
    key = database.key("decide")
    front = serve(database, store, ready=False, deciding=lambda _: Scenario())
    assert Service(front, key, Scenario()).decide(ASK) is True


def test_a_process_starts_without_a_database_and_refuses(serve: Serve, store: Store, database: Database) -> None:
    key = database.key("decide")
    database.is_down = True
    front = serve(database, store, ready=False, deciding=lambda _: Scenario())
    refused(Service(front, key, Scenario()).post(EVALUATION, ASK), 503, "unavailable")


def test_no_other_credential_is_taken_for_a_key(service: Service, tess: Tess) -> None:
    for credential in (
        tess.token,
        tess.ticket,
        tess.token.replace("fpd_", "fps_"),
        service.key.replace("fps_", "fpd_"),
    ):
        service.key, former = credential, service.key
        refused(service.post(EVALUATION, ASK), 401, "token_invalid")
        service.key = former
    assert service_key_id(tess.token) is None
    for basic in (f"Basic {service.key}", service.key, f"Bearer{service.key}"):
        answer = service.front.client.post(EVALUATION, json=ASK, headers={"Authorization": basic})
        refused(answer, 401, "token_invalid")


def test_a_service_key_opens_no_device_route(service: Service) -> None:
    assert service.front.client.get("/v1/me/settings", headers=service.bearer).status_code == 401

"""GET /v1/me/settings: who may read, what comes back, and when it is "unchanged"."""

from __future__ import annotations

import time

import pytest

from accounts.tokens import mint_device
from ledger.cache import Cache
from tests.edge.conftest import Serve, Store
from tests.edge.family import RING, Database, Tess, until


def test_settings_come_as_stored_bytes_with_an_etag(
    serve: Serve, store: Store, database: Database, tess: Tess, cache: Cache
) -> None:
    front = serve(database, store)
    tess.settle(cache)
    until(lambda: front.edge.watch.trusts(tess.teen))
    answer = front.settings(tess)
    assert answer.status_code == 200
    assert answer.content == tess.snapshot.body
    assert answer.headers["etag"] == tess.snapshot.etag
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    assert database.reads == 0


def test_what_is_held_already_is_not_sent_again(
    serve: Serve, store: Store, database: Database, tess: Tess, cache: Cache
) -> None:
    front = serve(database, store)
    tess.settle(cache)
    for held in ("{}", "W/{}", '"other", {}', '"other" ,W/{}', "*"):
        answer = front.settings(tess, **{"If-None-Match": held.format(tess.snapshot.etag)})
        assert (answer.status_code, answer.content) == (304, b""), held
        assert answer.headers["etag"] == tess.snapshot.etag
        assert "content-type" not in answer.headers


def test_another_etag_gets_the_whole_answer(
    serve: Serve, store: Store, database: Database, tess: Tess, cache: Cache
) -> None:
    front = serve(database, store)
    tess.settle(cache)
    until(lambda: front.edge.watch.trusts(tess.teen))
    answer = front.settings(tess, **{"If-None-Match": '"1.0.0-other:1-1"'})
    assert (answer.status_code, answer.content, database.reads) == (200, tess.snapshot.body, 0)


def test_a_missing_snapshot_is_read_from_postgres_and_kept(
    serve: Serve, store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, store)
    database.debts.clear()
    until(lambda: front.edge.watch.trusts(tess.teen))
    assert front.settings(tess).content == tess.snapshot.body
    until(lambda: store.client.keys("*:tag"))
    assert front.settings(tess).content == tess.snapshot.body
    assert database.reads == 1


def test_a_token_that_proves_nothing_is_refused(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    front = serve(database, store)
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer {tess.ticket}"}):
        answer = front.client.get("/v1/me/settings", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert front.settings(Tess(Database())).json()["code"] == "token_invalid"


@pytest.mark.parametrize("from_redis", [True, False])
def test_only_the_listed_generation_and_for_a_while_the_former_one_may_read(
    serve: Serve, store: Store, database: Database, tess: Tess, cache: Cache, from_redis: bool
) -> None:
    front = serve(database, store)
    soon, past = int(time.time()) + 300, int(time.time()) - 1
    for listed, status in {(1, None): 200, (2, soon): 200, (2, past): 401, (2, None): 401, (3, soon): 401}.items():
        tess.commit(tess.snapshot.version.seq + 1, devices={tess.device: listed})
        if from_redis:
            tess.settle(cache)
            until(lambda: front.edge.watch.trusts(tess.teen))
        assert front.settings(tess).status_code == status, listed
    tess.commit(99, devices={})
    assert tess.settle(cache)
    assert front.settings(tess).status_code == 401


def test_a_newer_generation_than_is_listed_is_refused(
    serve: Serve, store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, store)
    tess.bearer = {"Authorization": f"Bearer {mint_device(RING, tess.teen, tess.device, 2)}"}
    assert front.settings(tess).status_code == 401


def test_what_devices_were_handed_is_written_down_once(
    serve: Serve, store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, store)
    version = str(tess.snapshot.version)
    front.settings(tess)
    front.settings(tess, **{"If-None-Match": tess.snapshot.etag})
    until(lambda: database.received)
    tess.commit(2)
    front.settings(tess)
    until(lambda: len(database.received) > 1)
    assert database.received == [(tess.device, version), (tess.device, str(tess.snapshot.version))]


def test_a_device_is_limited_to_its_reads_a_minute(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    front = serve(database, store, settings_a_minute=3)
    answers = [front.settings(tess) for _ in range(10)]
    # A minute may have turned over in between.
    assert {answer.status_code for answer in answers} == {200, 429}
    assert [answer.status_code for answer in answers].count(200) in (3, 6)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["code"] == "too_many"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    another = Tess(database)
    assert front.settings(another).status_code == 200
    assert all(store.client.ttl(key) > 0 for key in store.client.keys("*:settings:*"))


def test_other_methods_are_answered_as_http_wants(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    front = serve(database, store)
    head = front.client.head("/v1/me/settings", headers=tess.bearer)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tess.snapshot.etag)
    assert int(head.headers["content-length"]) == len(tess.snapshot.body)
    options = front.client.options("/v1/me/settings")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    wrong = front.client.put("/v1/me/settings", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS"
    large = front.client.request("GET", "/v1/me/settings", content=b"x" * 65_537)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


def test_everything_else_is_passed_on(serve: Serve, store: Store, database: Database) -> None:
    front = serve(database, store)
    for path in ("/", "/v1/me/settings/", "/v1/me/applied", "/livez/x"):
        answer = front.client.put(path)
        assert (answer.headers["x-from"], answer.text) == ("elsewhere", path)


def test_being_alive_depends_on_nothing(serve: Serve, own_store: Store, database: Database) -> None:
    database.is_down = True
    own_store.kill()
    front = serve(database, own_store, ready=False)
    assert front.client.get("/livez").text == "ok\n"


def test_an_unforeseen_fault_is_never_a_500(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    def unknown_pack() -> str:
        raise KeyError(tess.teen)

    front = serve(database, store, pack_key=unknown_pack)
    until(lambda: database.polls)
    database.debts.clear()
    until(lambda: front.edge.watch.trusts(tess.teen))
    front.settings(tess)
    until(lambda: store.client.keys("*:tag"))
    answer = front.settings(tess)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "1")

"""The metadata: public, kept for an hour, and not sent again to whoever holds it."""

from __future__ import annotations

from tests.edge.authzen.conftest import Service

PATH = "/.well-known/authzen-configuration"


def test_anyone_may_read_and_keep_the_metadata(service: Service) -> None:
    answer = service.front.client.get(PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=3600")
    etag = answer.headers["etag"]
    for held in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = service.front.client.get(PATH, headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == "public, max-age=3600"
    assert service.front.client.get(PATH, headers={"If-None-Match": '"x"'}).content == answer.content


def test_nothing_empty_is_told(service: Service) -> None:
    assert all(service.front.client.get(PATH).json().values())


def test_only_reading_is_known(service: Service) -> None:
    assert service.front.client.head(PATH).content == b""
    answer = service.front.client.post(PATH, json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")

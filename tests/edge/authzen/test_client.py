"""A client that others have published asks the running edge."""

from __future__ import annotations

from typing import Any

import decern
import pytest

from tests.edge.authzen.conftest import ALICE, ASK, BOB, READ, RECORD_1, WRITE, Service


def test_a_published_client_is_answered(service: Service) -> None:
    client = decern.Client(service.front.url, token=service.key)
    assert client.evaluate(ALICE, "read", RECORD_1) == decern.Decision(allowed=True)
    denied = client.evaluate(BOB, WRITE, RECORD_1, {"time": "2026-11-28T00:00:00Z"})
    assert denied == decern.Decision(allowed=False, context={"reason": "not_yours"})
    explained = client.evaluate(ALICE, READ, RECORD_1, {"explain": True})
    assert (explained.allowed, explained.reasons) == (True, ["fixture"])


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("fps_x_y", 401), ("fpd_x.y", 401)])
def test_a_published_client_tells_a_refused_caller_from_a_refusal(service: Service, token: Any, status: int) -> None:
    with pytest.raises(decern.DecernError) as refused:
        decern.Client(service.front.url, token=token).evaluate(**ASK)
    assert refused.value.status_code == status
    with pytest.raises(decern.DecernError) as refused:
        decern.Client(service.front.url, token=service.key).evaluate({"type": "user"}, "read", RECORD_1)
    assert refused.value.status_code == 400
    assert '"pointer":"/subject/id"' in refused.value.body

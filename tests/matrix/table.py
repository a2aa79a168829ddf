"""Who gets which answer where: every address and method of the product, for every kind of caller.

`sign` stands for a way to the sign-in page. A method that has no line here is refused to everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# paula is verified, priya is not, pierre's pairing has ended; `theo` and `lost` are devices: of another teen, and
# revoked; `service` has every scope that an address asks for, `other` a scope that none asks for.
CALLERS = ("anyone", "paula", "priya", "pierre", "mallory", "sam", "tess", "theo", "lost", "service", "other")

DJANGO = """\
# Pages                                                     anyo paul priy pier mall sam  tess theo lost serv othe
GET    /                                                    sign 200  200  200  200  302  sign sign sign sign sign
GET    help                                                 200  200  200  200  200  200  200  200  200  200  200
POST   language                                             403  302  302  302  302  302  403  403  403  403  403
GET    pair                                                 sign 200  200  200  200  200  sign sign sign sign sign
POST   pair                                                 403  302  302  302  302  422  403  403  403  403  403
GET    pair/{pairing_id}                                    sign 302  200  200  200  200  sign sign sign sign sign
GET    family/{teen_id}                                     sign 200  200  404  404  404  sign sign sign sign sign
GET    family/{teen_id}/controls/{key}                      sign 200  200  404  404  404  sign sign sign sign sign
POST   family/{teen_id}/controls/{key}                      403  302  302  404  404  404  403  403  403  403  403
POST   family/{teen_id}/controls/{key}/preview              403  200  200  404  404  404  403  403  403  403  403
POST   family/{teen_id}/undo                                403  302  302  404  404  404  403  403  403  403  403
GET    family/{teen_id}/arrival                             sign 200  200  404  404  404  sign sign sign sign sign
GET    family/{teen_id}/history                             sign 200  200  404  404  404  sign sign sign sign sign
GET    family/{teen_id}/try                                 sign 200  200  404  404  404  sign sign sign sign sign
POST   family/{teen_id}/try                                 403  200  200  404  404  404  403  403  403  403  403
GET    family/{teen_id}/end                                 sign 200  200  404  404  404  sign sign sign sign sign
POST   family/{teen_id}/end                                 403  302  302  404  404  404  403  403  403  403  403
GET    requests                                             sign 200  200  200  200  200  sign sign sign sign sign
POST   requests/{request_id}/approve                        403  302  302  404  404  404  403  403  403  403  403
POST   requests/{request_id}/refuse                         403  302  302  404  404  404  403  403  403  403  403
# JSON                                                      anyo paul priy pier mall sam  tess theo lost serv othe
GET    v1/accounts/{external_id}                            401  401  401  401  401  401  401  401  401  200  403
PUT    v1/accounts/{external_id}                            401  401  401  401  401  401  401  401  401  200  403
POST   v1/accounts/{external_id}/device-tokens              401  401  401  401  401  401  401  401  401  201  403
DELETE v1/accounts/{external_id}/device-tokens/{device_id}  401  401  401  401  401  401  401  401  401  204  403
GET    v1/accounts/{external_id}/settings                   401  401  401  401  401  401  401  401  401  200  403
PUT    v1/accounts/{external_id}/blocks/{other_id}          401  401  401  401  401  401  401  401  401  204  403
DELETE v1/accounts/{external_id}/blocks/{other_id}          401  401  401  401  401  401  401  401  401  204  403
PUT    v1/accounts/{external_id}/follows/{other_id}         401  401  401  401  401  401  401  401  401  200  403
DELETE v1/accounts/{external_id}/follows/{other_id}         401  401  401  401  401  401  401  401  401  204  403
GET    v1/accounts/{external_id}/ties                       401  401  401  401  401  401  401  401  401  200  403
GET    v1/controls                                          200  200  200  200  200  200  200  200  200  200  200
GET    v1/family                                            401  200  200  200  200  401  401  401  401  401  401
PUT    v1/me/applied                                        401  401  401  401  401  401  204  422  401  401  401
DELETE v1/me/choices/{key}                                  401  401  401  401  401  401  200  200  401  401  401
GET    v1/me/choices/{key}                                  401  401  401  401  401  401  200  200  401  401  401
PUT    v1/me/choices/{key}                                  401  401  401  401  401  401  200  200  401  401  401
POST   v1/me/device-token/rotate                            401  401  401  401  401  401  200  200  401  401  401
GET    v1/me/help                                           401  401  401  401  401  401  200  200  401  401  401
GET    v1/me/history                                        401  401  401  401  401  401  200  200  401  401  401
GET    v1/me/upcoming                                       401  401  401  401  401  401  200  200  401  401  401
POST   v1/me/simulate                                       401  401  401  401  401  401  200  200  401  401  401
GET    v1/me/requests                                       401  401  401  401  401  401  200  200  401  401  401
POST   v1/me/requests                                       401  401  401  401  401  401  201  403  401  401  401
POST   v1/me/requests/{request_id}/cancel                   401  401  401  401  401  401  200  404  401  401  401
GET    v1/me/supervision                                    401  401  401  401  401  401  200  200  401  401  401
POST   v1/pairings                                          401  401  401  401  401  401  201  201  401  401  401
DELETE v1/pairings/{pairing_id}                             401  204  404  404  404  401  401  401  401  401  401
GET    v1/pairings/{pairing_id}                             401  401  401  401  401  401  200  404  401  401  401
POST   v1/pairings/{pairing_id}/cancel                      401  401  401  401  401  401  200  404  401  401  401
POST   v1/pairings/{pairing_id}/confirm                     401  401  401  401  401  401  200  404  401  401  401
POST   v1/pairings/{pairing_id}/decline                     401  401  401  401  401  401  200  404  401  401  401
POST   v1/pairings/{pairing_id}/end                         401  401  401  401  401  401  202  404  401  401  401
POST   v1/pairings/claim                                    401  200  200  200  200  401  401  401  401  401  401
GET    v1/requests                                          401  200  200  200  200  401  401  401  401  401  401
POST   v1/requests/{request_id}/approve                     401  200  200  404  404  401  401  401  401  401  401
POST   v1/requests/{request_id}/refuse                      401  200  200  404  404  401  401  401  401  401  401
GET    v1/teens/{teen_id}/arrival                           401  200  200  404  404  401  401  401  401  401  401
GET    v1/teens/{teen_id}/controls                          401  200  200  404  404  401  401  401  401  401  401
PATCH  v1/teens/{teen_id}/controls                          401  200  200  404  404  401  401  401  401  401  401
GET    v1/teens/{teen_id}/history                           401  200  200  404  404  401  401  401  401  401  401
GET    v1/teens/{teen_id}/upcoming                          401  200  200  404  404  401  401  401  401  401  401
POST   v1/teens/{teen_id}/simulate                          401  200  200  404  404  401  401  401  401  401  401
# For operators and readers                                 anyo paul priy pier mall sam  tess theo lost serv othe
GET    readyz                                               200  200  200  200  200  200  200  200  200  200  200
GET    openapi.json                                         200  200  200  200  200  200  200  200  200  200  200
GET    docs                                                 200  200  200  200  200  200  200  200  200  200  200
GET    demo/                                                404  404  404  404  404  404  404  404  404  404  404
GET    demo/phone                                           404  404  404  404  404  404  404  404  404  404  404
GET    demo/mail                                            404  404  404  404  404  404  404  404  404  404  404
# Sign-in                                                   anyo paul priy pier mall sam  tess theo lost serv othe
GET    accounts/login/                                      200  302  302  302  302  302  200  200  200  200  200
POST   accounts/login/                                      403  302  302  302  302  302  403  403  403  403  403
GET    accounts/logout/                                     sign 200  200  200  200  200  sign sign sign sign sign
POST   accounts/logout/                                     403  sign sign sign sign sign 403  403  403  403  403
GET    accounts/inactive/                                   200  200  200  200  200  200  200  200  200  200  200
GET    accounts/signup/                                     200  302  302  302  302  302  200  200  200  200  200
POST   accounts/signup/                                     403  302  302  302  302  302  403  403  403  403  403
GET    accounts/reauthenticate/                             sign 403  403  403  403  403  sign sign sign sign sign
POST   accounts/reauthenticate/                             403  403  403  403  403  403  403  403  403  403  403
GET    accounts/email/                                      sign 200  200  200  200  200  sign sign sign sign sign
POST   accounts/email/                                      403  302  302  302  302  302  403  403  403  403  403
GET    accounts/confirm-email/                              sign 302  302  302  302  302  sign sign sign sign sign
POST   accounts/confirm-email/                              403  302  302  302  302  302  403  403  403  403  403
GET    accounts/password/change/                            sign 302  302  302  302  302  sign sign sign sign sign
POST   accounts/password/change/                            403  302  302  302  302  302  403  403  403  403  403
GET    accounts/password/set/                               sign 200  200  200  200  200  sign sign sign sign sign
POST   accounts/password/set/                               403  200  200  200  200  200  403  403  403  403  403
GET    accounts/password/reset/                             200  200  200  200  200  200  200  200  200  200  200
POST   accounts/password/reset/                             403  200  200  200  200  200  403  403  403  403  403
GET    accounts/login/code/confirm/                         sign 302  302  302  302  302  sign sign sign sign sign
POST   accounts/login/code/confirm/                         403  302  302  302  302  302  403  403  403  403  403
GET    accounts/password/reset/key/done/                    200  200  200  200  200  200  200  200  200  200  200
GET    accounts/password/reset/key/{reset}/                 200  200  200  200  200  200  200  200  200  200  200
POST   accounts/password/reset/key/{reset}/                 403  200  200  200  200  200  403  403  403  403  403
GET    accounts/password/reset/done/                        200  200  200  200  200  200  200  200  200  200  200
"""

# What the edge answers before Django; here `tick` asks with a stream ticket of tess.
EDGE_CALLERS = (*CALLERS, "ticket")
EDGE = """\
# The edge                                                  anyo paul priy pier mall sam  tess theo lost serv othe tick
GET    /v1/me/settings                                      401  401  401  401  401  401  200  200  401  401  401  401
GET    /ofrep/v1/stream                                     401  401  401  401  401  401  200  200  401  401  401  200
GET    /livez                                               200  200  200  200  200  200  200  200  200  200  200  200
POST   /access/v1/evaluation                                401  401  401  401  401  401  401  401  401  403  200  401
POST   /access/v1/evaluations                               401  401  401  401  401  401  401  401  401  403  200  401
POST   /access/v1/search/subject                            401  401  401  401  401  401  401  401  401  403  200  401
POST   /access/v1/search/resource                           401  401  401  401  401  401  401  401  401  403  200  401
POST   /access/v1/search/action                             401  401  401  401  401  401  401  401  401  403  200  401
GET    /.well-known/authzen-configuration                   200  200  200  200  200  200  200  200  200  200  200  200
"""

# The scope that each address of the services asks for.
SCOPES = {
    "v1/accounts/{external_id}": "accounts:write",
    "v1/accounts/{external_id}/device-tokens": "devices:write",
    "v1/accounts/{external_id}/device-tokens/{device_id}": "devices:write",
    "v1/accounts/{external_id}/settings": "settings:read",
    "v1/accounts/{external_id}/blocks/{other_id}": "graph:write",
    "v1/accounts/{external_id}/follows/{other_id}": "graph:write",
    "v1/accounts/{external_id}/ties": "graph:read",
}
EDGE_SCOPES = {
    "/access/v1/evaluation": "decide",
    "/access/v1/evaluations": "decide",
    "/access/v1/search/subject": "decide",
    "/access/v1/search/resource": "decide",
    "/access/v1/search/action": "decide",
}
EDGE_SCOPES = {
    "/access/v1/evaluation": "decide",
    "/access/v1/evaluations": "decide",
    "/access/v1/search/subject": "decide",
    "/access/v1/search/resource": "decide",
    "/access/v1/search/action": "decide",
}


class Line(NamedTuple):
    """One line: what each caller is answered."""

    method: str
    route: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


def lines(table: str, callers: tuple[str, ...] = CALLERS) -> Iterator[Line]:
    """Return the lines of a table."""
    for text in table.splitlines():
        if not text.startswith("#"):
            method, route, *answers = text.split()
            yield Line(method, route, dict(zip(callers, answers, strict=True)))

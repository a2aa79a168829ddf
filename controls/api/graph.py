"""What a platform's services tell and ask of friends and blocks, where we keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts.api.base import validated
from accounts.api.doors import GraphDoor, TiesDoor
from accounts.api.serializers import FollowSerializer, NothingSerializer
from accounts.blocks import block_account, unblock_account
from accounts.follows import end_follow, refuse_follow
from accounts.gather import relationship
from accounts.models import Follow, FollowState
from accounts.ties import Relationship
from controls.api.paging import page_of
from controls.handshake import accept_follow, ask_follow
from controls.ties import ties_page
from ledger import clock
from ledger.moments import iso

# Who follows asks; who is followed accepts or refuses.
MOVES: Final[dict[str, Callable[..., Follow]]] = {
    "asked": ask_follow,
    "accepted": accept_follow,
    "refused": refuse_follow,
}


class FollowOne(GraphDoor):
    """The one-way tie from the first account to the second: the first asks, the second accepts or refuses.

    Two accepted ones make friends; either account may begin.
    """

    @extend_schema(operation_id="follow_put", request=FollowSerializer, responses={200: OpenApiTypes.OBJECT})
    def put(self, request: Request, external_id: str, other_id: str) -> Response:
        """Answer the tie; 409 `cooling_off` says when it may be asked for again after a no."""
        move = MOVES[validated(FollowSerializer, request)["state"]]
        follower, followed = access.new_external_id(external_id), access.new_external_id(other_id)
        return Response(follow_body(move(follower, followed, actor=self.service.actor, at=clock.now())))

    @extend_schema(operation_id="follow_delete", request=None, responses={204: None})
    def delete(self, request: Request, external_id: str, other_id: str) -> Response:
        """Answer 204: what was asked is taken back, what was accepted is ended, by whichever side."""
        follower, followed = access.new_external_id(external_id), access.new_external_id(other_id)
        end_follow(follower, followed, actor=self.service.actor, at=clock.now())
        return Response(status=204)


class BlockOne(GraphDoor):
    """The first account keeps the second away."""

    @extend_schema(operation_id="block_put", request=NothingSerializer, responses={204: None})
    def put(self, request: Request, external_id: str, other_id: str) -> Response:
        """Answer 204: every tie of the two has ended, and the second account is not told why."""
        validated(NothingSerializer, request)
        blocker, blocked = access.new_external_id(external_id), access.new_external_id(other_id)
        block_account(blocker, blocked, actor=self.service.actor, at=clock.now())
        return Response(status=204)

    @extend_schema(operation_id="block_delete", request=None, responses={204: None})
    def delete(self, request: Request, external_id: str, other_id: str) -> Response:
        """Answer 204; what the block has ended stays ended."""
        blocker, blocked = access.new_external_id(external_id), access.new_external_id(other_id)
        unblock_account(blocker, blocked, actor=self.service.actor, at=clock.now())
        return Response(status=204)


class TiesOf(TiesDoor):
    """Whom an account is tied to: friends, follows, followers, open asks, and whom it blocks."""

    @extend_schema(
        operation_id="ties_read",
        responses={200: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Answer one page in the order of the others' ids; who blocks the account is not among them."""
        account = access.account_for_service(external_id)
        return Response(page_of(request, account.pk, ties_page))


def follow_body(follow: Follow) -> dict[str, Any]:
    """Return the shape of a follow, with what the first account is to the second; a block looks like no tie."""
    related = relationship(follow.follower, follow.followed)
    if related is Relationship.BLOCKED:
        related = Relationship.NONE
    return {
        "follower": follow.follower,
        "followed": follow.followed,
        "state": follow.state,
        "asked_at": iso(follow.asked_at),
        "answered_at": iso(follow.answered_at),
        "ask_again_at": iso(follow.cool_off_until) if follow.state == FollowState.REFUSED else None,
        "relationship": related.value if related else None,
    }

"""Who supervises a teen, and what each parent can change and see: the same truth for both sides."""

from __future__ import annotations

from typing import Any

from accounts.models import Account, Pairing, Proof, State
from controls.policy.resolve import Resolution
from controls.snapshots import Present
from ledger.moments import iso

# What a parent's pages and answers hold today; a scope is listed here when a parent can really see it.
CAN_SEE = ("enforced_values", "choices", "history", "arrival")
NEVER = (
    "message_text",
    "drafts",
    "search_queries",
    "watch_history",
    "positions",
    "use_of_help",
    "reports_about_a_parent",
)


def supervision(account: Account, present: Present) -> dict[str, Any]:
    """Return the shape of `GET /v1/me/supervision`."""
    pairings = Pairing.objects.active().filter(teen=account).select_related("parent").order_by("active_at")
    parents = [parent_of(pairing, present.resolution) for pairing in pairings]
    return {"supervised": bool(parents), "parents": parents, "never": list(NEVER)}


def parent_of(pairing: Pairing, resolution: Resolution) -> dict[str, Any]:
    """Return one parent as the teen sees it; only called for a pairing that binds, so there is one."""
    parent, since = pairing.parent, pairing.active_at
    return {
        "id": str(pairing.parent_id),
        "pairing_id": str(pairing.pk),
        "display_name": parent.display_name if parent else "",
        "since": iso(since),
        "proof": pairing.proof,
        "ending": pairing.state == State.ENDING,
        "can_change": can_change(resolution, is_verified=pairing.proof != Proof.NONE),
        "can_see": list(CAN_SEE),
    }


def can_change(resolution: Resolution, *, is_verified: bool) -> list[dict[str, str]]:
    """Return each control that a parent can change, and which way."""
    return [
        {"key": key, "direction": "either" if is_verified and enforced.may_loosen.hears_parents else "stricter"}
        for key, enforced in resolution.values.items()
    ]

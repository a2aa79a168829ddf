"""A parent's family: each paired teen with what a card needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Account, Pairing, State, User
from controls.arrival import DeviceArrival, arrivals
from controls.inbox import open_requests, waiting_for
from controls.models import Request
from controls.snapshots import Present, present_for_parents


@dataclass(frozen=True)
class Member:
    """One teen of a family; without `present` while the pairing waits for the teen."""

    pairing: Pairing
    present: Present | None
    arrivals: tuple[DeviceArrival, ...]
    requests: int = 0

    @property
    def teen(self) -> Account:
        return self.pairing.teen

    @property
    def has_arrived(self) -> bool:
        """Tell whether every device enforces the present version."""
        return all(arrival.is_enforced for arrival in self.arrivals)

    def dump(self) -> dict[str, Any]:
        """Return the teen as JSON; before the teen confirms there is a name and nothing else."""
        body: dict[str, Any] = {
            "pairing_id": str(self.pairing.pk),
            "state": self.pairing.state,
            "proof": self.pairing.proof,
            "display_name": self.teen.handle,
        }
        if self.present is None:
            return body
        arrived = {"devices": len(self.arrivals), "enforced": self.has_arrived}
        return {
            **body,
            "id": str(self.teen.pk),
            "age_band": self.present.resolution.band,
            "version": str(self.present.version),
            "requests": self.requests,
            "arrival": arrived,
        }


def family(parent: User, *, at: datetime) -> list[Member]:
    """Return the parent's teens, those that wait for a confirmation last."""
    mine = Pairing.objects.filter(parent=parent).select_related("teen").order_by("active_at", "claimed_at")
    bound = list(mine.active())
    asked = open_requests((pairing.teen_id for pairing in bound), at=at)
    active = [member(pairing, asked, at=at) for pairing in bound]
    waiting = mine.filter(state=State.CLAIMED, expires_at__gt=at)
    return active + [Member(pairing, None, ()) for pairing in waiting]


def member(pairing: Pairing, asked: list[Request], *, at: datetime) -> Member:
    """Return one paired teen, with how many of what is asked waits for the parent."""
    present = present_for_parents(pairing.teen, at=at)
    return Member(pairing, present, tuple(arrivals(present)), waiting_for(pairing, present, asked))

"""What everybody said about a teen's controls, beside what applies."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from controls.snapshots import Present
from ledger.moments import iso


def words_about(present: Present, key: str) -> dict[str, Any]:
    """Return the shape of `GET /v1/me/choices/{key}`: the teen's own words, and what each parent has said."""
    world = present.gathered.world
    settings = [said for said in world.settings if said.control == key]
    return {
        "key": key,
        "choices": [{"value": said.value, "until": iso(said.until)} for said in world.choices if said.control == key],
        "settings": [{"parent": said.parent, "value": said.value, "until": iso(said.until)} for said in settings],
    }


def controls_of(present: Present, parent: User) -> dict[str, Any]:
    """Return the shape of `GET /v1/teens/{id}/controls` for one of the parents."""
    present = present.for_parents()
    world = present.gathered.world
    controls: dict[str, dict[str, Any]] = {}
    for key, enforced in present.resolution.values.items():
        dump, kind = enforced.dump(parents=True), enforced.kind
        bounds = {"default": kind.dump(enforced.default), "loosest": kind.dump(enforced.loosest)}
        controls[key] = {**dump, **bounds, "writable": True, "settings": [], "choice": None}
    for said in world.settings:
        if said.control in controls:
            word = {"parent": said.parent, "verified": said.verified, "value": said.value, "until": iso(said.until)}
            controls[said.control]["settings"].append({**word, "mine": said.parent == str(parent.pk)})
    # What is chosen until a moment stands in for what stands.
    for chosen in sorted(world.choices, key=lambda each: each.until is not None):
        # What is the teen's alone no parent sees, nor that it was said.
        if chosen.control in controls and not present.resolution.values[chosen.control].control.teens_alone:
            controls[chosen.control]["choice"] = {"value": chosen.value, "until": iso(chosen.until)}
    return {
        "version": str(present.version),
        "pack": present.pack.key,
        "age_band": present.resolution.band,
        "time_zone": world.time_zone,
        "valid_until": iso(present.resolution.valid_until),
        "controls": controls,
    }

"""Policies that never were: what is here with some values changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from controls.desk.policies import Policy, policy_of, present_policy
from controls.laws.law import Posture
from controls.policy.packs import MayLoosen, Pack, Rule

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
BASELINE = "baseline-2026-11-01.toml"
NEXT = "baseline-2027-03-01.toml"
LOOSER = {'may_loosen = { 13-15 = "parent", 16-17 = "either" }': 'may_loosen = { 13-15 = "either", 16-17 = "either" }'}
STRICTER = {'may_loosen = { 13-15 = "parent", 16-17 = "either" }': 'may_loosen = { 13-15 = "both", 16-17 = "either" }'}

Edit = Callable[[Rule], Rule]


def with_next(control: str, changed: Mapping[str, str], *, name: str = "next", at: str = "2027-03-01") -> Policy:
    """Return what is here with one more baseline, in which the table of one control reads otherwise."""
    texts = dict(present_policy().texts)
    text = texts[BASELINE].replace("baseline/2026-11-01", f"baseline/{at}")
    text = re.sub(r"^effective_at = .*$", f"effective_at = {at}T00:00:00Z", text, count=1, flags=re.MULTILINE)
    before, found, rest = text.partition(f'[controls."{control}"]')
    table, end, after = rest.partition("\n\n[")
    for was, now in changed.items():
        assert was in table, (was, table)
        table = table.replace(was, now)
    texts[f"baseline-{at}.toml"] = f"{before}{found}{table}{end}{after}"
    return policy_of(name, texts, present_policy().posture)


def with_texts(name: str, texts: Mapping[str, str], posture: Posture | None = None) -> Policy:
    """Return a policy of these files."""
    return policy_of(name, texts, posture or present_policy().posture)


def with_rules(edits: Mapping[tuple[str, str], Edit], *, name: str = "edited") -> Policy:
    """Return what is here with other rules in its only baseline, by band and control; no file says so."""
    here = present_policy()
    (pack,) = here.baselines
    return replace(
        here, name=name, baselines=(edited(pack, edits),), texts={**here.texts, "x.toml": name}, _timelines={}
    )


def edited(pack: Pack, edits: Mapping[tuple[str, str], Edit]) -> Pack:
    """Return a pack with other rules."""
    rules: dict[str, Mapping[str, Rule]] = {}
    for band, ruled in pack.rules.items():
        changed = {key: edits[band, key](rule) if (band, key) in edits else rule for key, rule in ruled.items()}
        rules[band] = MappingProxyType(changed)
    return replace(pack, rules=MappingProxyType(rules))


def loosened_by(who: MayLoosen) -> Edit:
    """Let others loosen."""
    return lambda rule: replace(rule, may_loosen=who)


def with_default(value: Any) -> Edit:
    """Change a default; a looser one takes the loosest value with it."""

    def changed(rule: Rule) -> Rule:
        kind = rule.control.kind
        loosest = rule.loosest if kind.at_least_as_strict(value, rule.loosest) else value
        return replace(rule, default=value, loosest=loosest)

    return changed

"""GET and PATCH /v1/teens/{id}/controls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from controls.models import Setting
from controls.policy.catalogue import CATALOGUE
from tests.builders import a_parent, a_teen, chooses, paired, seq, sets, stored
from tests.callers import Home, a_home, refusal, said, signed_in


def test_every_control_is_shown_with_bounds_reasons_and_words(home: Home) -> None:
    body = said(home.as_paula.get(home.controls))
    assert set(body) == {"version", "pack", "age_band", "time_zone", "valid_until", "controls"}
    assert list(body["controls"]) == list(CATALOGUE)
    shape = {"value", "may_loosen", "locked", "reasons", "default", "loosest", "writable", "settings", "choice"}
    assert all(set(control) == shape for control in body["controls"].values())


def test_everybodys_words_are_shown_and_whose_they_are(home: Home) -> None:
    pierre = paired(home.tess, a_parent("pierre", at=home.at), at=home.at)
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    sets(pierre, {"comment.who": "friends"}, at=home.at)
    chooses(home.tess, "comment.who", "nobody", at=home.at)
    shown = said(home.as_paula.get(home.controls))["controls"]["comment.who"]
    assert [(word["mine"], word["value"], word["verified"]) for word in shown["settings"]] == [
        (True, "nobody", True),
        (False, "friends", True),
    ]
    assert shown["choice"] == {"value": "nobody", "until": None}
    assert {reason["code"] for reason in shown["reasons"]} == {"parent_setting", "teen_choice"}


def test_what_is_unchanged_is_304(home: Home) -> None:
    etag = home.etag()
    again = home.as_paula.get(home.controls, If_None_Match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    assert home.as_paula.get(home.controls, If_None_Match=etag).status_code == 200


def test_a_change_answers_what_moved_under_the_new_validator(home: Home) -> None:
    answer = home.patch({"comment.who": {"value": "nobody"}})
    assert answer.status_code == 200
    body = said(answer)
    assert set(body) == {"version", "changes", "loosens", "removed"}
    (change,) = body["changes"]
    assert set(change) == {"key", "from", "to", "direction", "reasons"}
    assert (change["from"], change["to"], change["direction"]) == ("friends", "nobody", "stricter")
    assert answer["ETag"] == home.etag()
    assert body["version"] in answer["ETag"]


def test_several_controls_change_at_once_and_null_takes_a_word_back(home: Home) -> None:
    home.patch({"comment.who": {"value": "nobody"}, "mention.who": {"value": "nobody"}})
    before = seq(home.tess)
    body = said(home.patch({"comment.who": None, "mention.who": {"value": "friends"}}))
    assert {change["key"]: change["to"] for change in body["changes"]} == {
        "comment.who": "friends",
        "mention.who": "friends",
    }
    assert body["loosens"] == ["comment.who", "mention.who"]
    assert (seq(home.tess), Setting.objects.count()) == (before + 1, 1)


def test_a_temporary_value_has_an_end(home: Home) -> None:
    until = (timezone.now() + timedelta(hours=3)).replace(microsecond=0)
    home.patch({"comment.who": {"value": "nobody", "until": until.isoformat()}})
    body = said(home.as_paula.get(home.controls))
    assert body["controls"]["comment.who"]["settings"][0]["until"] == until.isoformat().replace("+00:00", "Z")
    assert body["valid_until"] == until.isoformat().replace("+00:00", "Z")


def test_an_empty_patch_changes_nothing(home: Home) -> None:
    before = stored()
    assert said(home.patch({}))["changes"] == []
    assert stored() == before


def test_without_a_precondition_nothing_is_changed(home: Home) -> None:
    before = stored()
    answer = home.as_paula.patch(home.controls, {"comment.who": {"value": "nobody"}})
    assert refusal(answer) == (428, "precondition_required")
    assert stored() == before


def test_a_stale_precondition_is_refused_and_names_the_present(home: Home) -> None:
    stale = home.etag()
    home.patch({"mention.who": {"value": "nobody"}})
    before = stored()
    answer = home.patch({"comment.who": {"value": "nobody"}}, If_Match=stale)
    assert refusal(answer) == (412, "conflict")
    assert answer["ETag"] == home.etag() != stale
    assert stored() == before


@pytest.mark.parametrize("etag", ['"1.1.1-x-1"', "", "*x", "garbage"])
def test_any_other_precondition_is_stale(home: Home, etag: str) -> None:
    assert refusal(home.patch({"comment.who": {"value": "nobody"}}, If_Match=etag)) == (412, "conflict")


def test_a_dry_run_answers_the_same_and_stores_nothing(home: Home) -> None:
    change = {"comment.who": {"value": "followers"}, "mention.who": {"value": "nobody"}}
    before = stored()
    tried = home.patch(change, query="?dry_run=true")
    assert stored() == before
    done = home.patch(change, query="?dry_run=false")
    assert said(tried)["changes"] == said(done)["changes"]
    assert said(tried)["loosens"] == said(done)["loosens"] == ["comment.who"]
    assert stored() != before


def test_a_dry_run_needs_the_precondition_as_well(home: Home) -> None:
    answer = home.as_paula.patch(f"{home.controls}?dry_run=true", {"comment.who": None})
    assert refusal(answer) == (428, "precondition_required")


@pytest.mark.parametrize("word", ["1", "True", "yes", ""])
def test_a_dry_run_is_said_plainly(home: Home, word: str) -> None:
    before = stored()
    answer = home.patch({"comment.who": {"value": "nobody"}}, query=f"?dry_run={word}")
    assert refusal(answer) == (422, "invalid_value")
    assert stored() == before


def test_loosening_needs_a_sign_in_within_five_minutes(home: Home) -> None:
    sooner, later = signed_in(home.paula, seconds_ago=295), signed_in(home.paula, seconds_ago=301)
    looser = {"comment.who": {"value": "followers"}}
    answer = later.patch(home.controls, looser, If_Match=home.etag())
    assert refusal(answer) == (401, "step_up_required")
    assert said(answer)["controls"] == ["comment.who"]
    assert not Setting.objects.exists()
    assert later.patch(home.controls, looser | {"x": None}, If_Match=home.etag()).status_code == 422
    assert sooner.patch(home.controls, looser, If_Match=home.etag()).status_code == 200


def test_tightening_and_a_dry_run_need_no_recent_sign_in(home: Home) -> None:
    later = signed_in(home.paula, seconds_ago=3600)
    dry = later.patch(f"{home.controls}?dry_run=true", {"comment.who": {"value": "followers"}}, If_Match=home.etag())
    assert (dry.status_code, said(dry)["loosens"]) == (200, ["comment.who"])
    stricter = later.patch(home.controls, {"comment.who": {"value": "nobody"}}, If_Match=home.etag())
    assert stricter.status_code == 200


def test_an_unverified_parent_tightens_and_never_loosens() -> None:
    home = a_home(verified=False)
    answer = home.patch({"comment.who": {"value": "followers"}})
    assert refusal(answer) == (403, "tie_unverified")
    assert home.patch({"comment.who": {"value": "nobody"}}).status_code == 200


def test_a_foreign_teen_looks_like_none(home: Home) -> None:
    theo = a_teen(name="theo", at=home.at)
    absent = "00000000-0000-7000-8000-000000000000"
    before = stored()
    for method, path in (("GET", "controls"), ("PATCH", "controls"), ("GET", "history"), ("GET", "arrival")):
        answers = [home.as_paula.send(method, f"/v1/teens/{teen}/{path}", {}) for teen in (theo.pk, absent)]
        assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 2
        assert len({answer.content.replace(answer["X-Request-Id"].encode(), b"") for answer in answers}) == 1
    assert stored() == before


def test_a_write_without_the_forms_secret_is_refused(home: Home) -> None:
    forged = signed_in(home.paula)
    etag = home.etag()
    for headers in ({}, {"X-CSRFToken": "x" * 32}):
        forged.headers = headers
        answer = forged.patch(home.controls, {"comment.who": {"value": "nobody"}}, If_Match=etag)
        assert refusal(answer) == (403, "csrf_failed")
    assert not Setting.objects.exists()

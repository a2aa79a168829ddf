"""A new epoch: the database is another one, so every client reads everything again."""

from __future__ import annotations

from controls.snapshots import present_account
from ledger.actions import present_epoch, raise_epoch
from ledger.models import Installation, Teen
from ledger.reads import open_cache_debts, versions
from tests.builders import AT, a_parent, a_teen, paired, sets
from tests.commands import called


def test_the_first_look_begins_the_first_epoch() -> None:
    assert (present_epoch(), present_epoch(), Installation.objects.count()) == (1, 1, 1)


def test_a_command_raises_it_for_everybody() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    assert raise_epoch() == 2
    assert set(Teen.objects.values_list("epoch", flat=True)) == {2}
    assert {str(tess.pk), str(theo.pk)} == set(versions([str(tess.pk), str(theo.pk)]))
    assert open_cache_debts()[0] == 2


def test_every_version_is_newer_than_before() -> None:
    tess = a_teen()
    before = present_account(tess, at=AT)
    raise_epoch()
    assert present_account(tess, at=AT).version > before.version


def test_another_database_raises_it_by_itself() -> None:
    assert present_epoch() == 1
    for changed in ({"system_identifier": 1}, {"timeline": 99}):
        former = Installation.objects.get().epoch
        Installation.objects.update(**changed)
        assert present_epoch() == former + 1
        assert present_epoch() == former + 1


def test_a_verb_after_a_restore_speaks_in_the_new_epoch() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    Installation.objects.update(system_identifier=1)
    done = sets(pairing, {"comment.who": "nobody"})
    assert done.after.version.epoch == 2
    assert present_account(tess, at=AT).version == done.after.version


def test_the_command_says_tries_and_raises() -> None:
    now = present_epoch()
    assert called("epoch") == f"epoch {now}"
    assert "it would be" in called("epoch", "--raise", "--dry-run")
    assert called("epoch", "--raise") == f"epoch {now + 1}, was {now}"
    assert present_epoch() == now + 1

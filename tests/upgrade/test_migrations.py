"""Every migration after the first of its app is safe while the former release still serves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.servers import ROOT
from tests.upgrade.discipline import faults

# Looked at one by one; all of them came before the first release, when no table was large.
REVIEWED = {
    "controls.0002_requests": {
        "Remove constraint one_choice_a_control from model choice":
            "a release that expects one choice a control cannot change one beside a temporary one, and loosens nothing",
        "Create constraint one_standing_choice_a_control on model choice": "narrower than what it replaces",
        "Create constraint one_temporary_choice_a_control on model choice": "narrower than what it replaces",
    },
    "ledger.0003_event_rights": {"Raw SQL operation": "no release has ever changed or removed an event"},
    "ledger.0004_migration_rights": {"Raw SQL operation": "no release has ever migrated as the role that serves"},
}  # fmt: skip


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    """Return the migrations of this copy, without a database."""
    return MigrationLoader(None)


def later(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return the migrations that a former release may meet, of every app of ours."""
    graph = loader.graph
    rooms = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    ours = [node for node in graph.nodes if node[0] in rooms]
    return sorted(node for node in ours if any(parent.key[0] == node[0] for parent in graph.node_map[node].parents))


def test_every_migration_is_safe_for_the_former_release(loader: MigrationLoader) -> None:
    assert len(later(loader)) > 4
    found = {f"{app}.{name}": faulty(loader, app, name) for app, name in later(loader)}
    assert {name: said for name, said in found.items() if said} == {}


def faulty(loader: MigrationLoader, app: str, name: str) -> list[str]:
    """Return the faults of one migration that nobody has reviewed."""
    migration = loader.get_migration(app, name)
    before = loader.project_state((app, name), at_end=False)
    reviewed = REVIEWED.get(f"{app}.{name}", {})
    return [fault for fault in faults(migration, before) if fault.partition(":")[0] not in reviewed]


def test_what_was_reviewed_is_still_there(loader: MigrationLoader) -> None:
    for node, reviewed in REVIEWED.items():
        app, _, name = node.partition(".")
        said = {fault.partition(":")[0] for fault in faults(loader.get_migration(app, name), ProjectState())}
        assert set(reviewed) == said


TEXT = models.CharField(max_length=20)
PLANTED: list[tuple[Operation, str]] = [
    (migrations.RemoveField("teen", "aside"), "still reads the column"),
    (migrations.DeleteModel("Teen"), "still reads the table"),
    (migrations.RenameField("teen", "seq", "count"), "by its old name"),
    (migrations.RenameModel("Teen", "Minor"), "by its old name"),
    (migrations.AddField("teen", "name", TEXT), "does not fill the column"),
    (migrations.AddField("teen", "name", models.CharField(max_length=20, default="")), "does not fill the column"),
    (migrations.AddField("teen", "name", models.CharField(max_length=20, null=True, db_index=True)), "its index"),
    (migrations.AddField("teen", "of", models.ForeignKey("ledger.event", models.CASCADE, null=True)), "its index"),
    (migrations.AlterField("teen", "epoch", models.PositiveBigIntegerField()), "another one"),
    (migrations.AlterField("teen", "epoch", models.PositiveIntegerField(unique=True)), "another one"),
    (migrations.AlterField("event", "kind", models.CharField(max_length=59)), "another one"),
    (migrations.AddIndex("event", models.Index(fields=["kind"], name="by_kind")), "AddIndexConcurrently"),
    (migrations.RemoveIndex("event", "event_by_teen"), "RemoveIndexConcurrently"),
    (AddIndexConcurrently("event", models.Index(fields=["kind"], name="by_kind")), "stands alone"),
    (migrations.AddConstraint("event", models.UniqueConstraint(fields=["kind"], name="one_kind")), "refuse"),
    (migrations.RemoveConstraint("debt", "one_debt_a_subscriber_and_teen"), "rely on it"),
    (migrations.SeparateDatabaseAndState(), "cannot be seen"),
]
STATEMENTS = [
    ("ALTER TABLE ledger_teen RENAME COLUMN seq TO count", "RENAME"),
    ("ALTER TABLE ledger_teen ALTER COLUMN seq TYPE text", "ALTER COLUMN"),
    ("CREATE INDEX by_kind ON ledger_event (kind)", "CREATE INDEX"),
    ("SELECT 1; TRUNCATE ledger_event", "TRUNCATE"),
    ("REVOKE SELECT ON ledger_event FROM fp_app", "REVOKE"),
]
HARMLESS: list[Operation] = [
    migrations.AddField("teen", "name", models.CharField(max_length=20, null=True)),
    migrations.AddField("teen", "name", models.CharField(max_length=20, default="", db_default="")),
    migrations.AlterField("event", "kind", models.CharField(max_length=80)),
    migrations.AlterModelOptions("teen", {"verbose_name": "teen"}),
    migrations.CreateModel("Pet", [("id", models.BigAutoField(primary_key=True))]),
]
BARE = "operations = [\n    Planted(),\n]\n"
EXCUSED = "operations = [\n    # Safe: nobody reads it any more since two releases.\n    Planted(),\n]\n"


def planted(*operations: Operation, atomic: bool = True) -> Migration:
    """Return a migration of the ledger."""
    made: type[Migration] = type("Planted", (Migration,), {"operations": list(operations), "atomic": atomic})
    return made("0099_planted", "ledger")


@pytest.mark.parametrize(("operation", "says"), PLANTED, ids=[each.describe() for each, _ in PLANTED])
def test_each_fault_would_be_seen(loader: MigrationLoader, operation: Operation, says: str) -> None:
    state = loader.project_state()
    found = list(faults(planted(operation), state, BARE))
    assert [says in fault for fault in found] == [True], found
    assert list(faults(planted(operation), state, EXCUSED)) == []


@pytest.mark.parametrize(("statement", "says"), STATEMENTS)
def test_each_statement_would_be_seen(loader: MigrationLoader, statement: str, says: str) -> None:
    found = list(faults(planted(migrations.RunSQL(statement)), loader.project_state(), f'"""Why."""\n{BARE}'))
    assert [f"`{says}`" in fault for fault in found] == [True], found


@pytest.mark.parametrize("run", [migrations.RunSQL("SELECT 1"), migrations.RunPython(migrations.RunPython.noop)])
def test_what_is_run_says_why(loader: MigrationLoader, run: Operation) -> None:
    said = list(faults(planted(run), loader.project_state(), BARE))
    assert ["a comment that says why" in fault for fault in said] == [True]
    assert list(faults(planted(run), loader.project_state(), BARE.replace("[", "[\n    # Because."))) == []


@pytest.mark.parametrize("operation", HARMLESS, ids=lambda each: each.describe())
def test_what_harms_nobody_is_allowed(loader: MigrationLoader, operation: Operation) -> None:
    assert list(faults(planted(operation), loader.project_state(), BARE)) == []


def test_an_index_by_itself_is_allowed(loader: MigrationLoader) -> None:
    index = AddIndexConcurrently("event", models.Index(fields=["kind"], name="by_kind"))
    assert list(faults(planted(index, atomic=False), loader.project_state(), BARE)) == []
    assert list(faults(planted(index, HARMLESS[-1], atomic=False), loader.project_state(), BARE)) != []


def test_a_table_that_is_new_may_be_made_in_any_way(loader: MigrationLoader) -> None:
    pet = HARMLESS[-1]
    name = migrations.AddField("pet", "name", TEXT)
    index = migrations.AddIndex("pet", models.Index(fields=["name"], name="pet_by_name"))
    assert list(faults(planted(pet, name, index), loader.project_state(), BARE)) == []


def test_the_page_tells_the_discipline() -> None:
    text = (Path(__file__).parents[2] / "docs" / "migrations.md").read_text(encoding="utf-8")
    assert all(
        word in text for word in ("# Safe:", "AddIndexConcurrently", "db_default", "lock_timeout", "atomic = False")
    )

"""What the role that serves may do in Postgres: it adds events and reads them, and owns nothing."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from ledger.actions import record
from ledger.actor import SYSTEM
from ledger.models import Event, EventBody
from tests.builders import AT, a_teen, newest
from tests.servers import Servers

DENIED = "permission denied"


def denied(statement: str) -> str:
    """Return why Postgres refuses a statement; nothing when it does it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.django_db
def test_the_tests_and_the_product_work_as_the_serving_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("fp_app", False, False, False, False)


@pytest.mark.django_db
def test_events_are_added_and_read() -> None:
    tess = a_teen()
    record("account.changed", actor=SYSTEM, at=AT, teen=tess.pk, body={"fields": []})
    assert newest(tess).kind == "account.changed"


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_event", "ledger_eventbody"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET {1} = {1}",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "SELECT * FROM {0} FOR UPDATE",
        "DROP TABLE {0} CASCADE",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "ALTER TABLE {0} RENAME TO {0}_",
        "CREATE TRIGGER t AFTER INSERT ON {0} EXECUTE FUNCTION now()",
        "CREATE RULE r AS ON INSERT TO {0} DO INSTEAD NOTHING",
    ],
)
def test_history_cannot_be_rewritten(table: str, statement: str) -> None:
    a_teen()
    column = "kind" if table == "ledger_event" else "body"
    before = (Event.objects.count(), EventBody.objects.count())
    why = denied(statement.format(table, column))
    assert DENIED in why or "must be owner" in why, why
    assert (Event.objects.count(), EventBody.objects.count()) == before


@pytest.mark.django_db
def test_the_orm_is_refused_as_well() -> None:
    event = newest(a_teen())
    event.kind = "nothing.happened"
    for act in (event.save, event.told.save, event.told.delete, EventBody.objects.all().delete):
        with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
            act()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE loot (id int)",
        "DROP TABLE accounts_account CASCADE",
        "CREATE ROLE thief",
        "SET ROLE fp_owner",
        "CREATE EXTENSION dblink",
        "COPY ledger_event TO PROGRAM 'cat'",
        "COPY ledger_event TO '/tmp/x'",
        "SELECT pg_read_file('/etc/passwd')",
        "UPDATE django_migrations SET name = name",
        "ALTER ROLE fp_app SUPERUSER",
        "TRUNCATE accounts_account CASCADE",
    ],
)
def test_the_role_that_serves_owns_nothing(statement: str) -> None:
    why = denied(statement)
    assert DENIED in why or "must be" in why or "Only roles" in why, why


def test_a_right_that_was_given_would_be_seen(committed: None, servers: Servers) -> None:
    a_teen()
    assert DENIED in denied("UPDATE ledger_event SET kind = kind")
    with servers.postgres.connected("committed") as owner, owner.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON ledger_event TO fp_app")
    assert denied("UPDATE ledger_event SET kind = kind") == ""

"""Events are only ever added: the role that serves cannot change or remove one."""

from __future__ import annotations

from django.db import migrations

TABLES = "ledger_event, ledger_eventbody"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_ledger")]
    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM fp_app",
            f"GRANT UPDATE, DELETE, TRUNCATE ON {TABLES} TO fp_app",
        ),
    ]

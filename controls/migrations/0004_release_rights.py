"""Versions of the policy are only ever added: the role that serves cannot change or remove one, nor what was approved."""

from __future__ import annotations

from django.db import migrations

TABLES = "controls_policyfile, controls_proposal, controls_approval, controls_release"


class Migration(migrations.Migration):
    dependencies = [("controls", "0003_release")]
    operations = [
        # Safe: the tables are those of the migration before, which the former release does not know.
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLES} FROM fp_app",
            f"GRANT UPDATE, DELETE, TRUNCATE ON {TABLES} TO fp_app",
        ),
    ]

"""What has been migrated is the owner's to say: the role that serves reads it and nothing more."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_event_rights")]
    operations = [
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM fp_app",
            migrations.RunSQL.noop,
        ),
    ]

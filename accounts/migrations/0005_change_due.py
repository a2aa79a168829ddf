"""When time is to be looked at next for each account; the sweeper fills it for those that are there."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_block")]

    operations = [
        migrations.AddField("account", "change_due_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "changes_told_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "change_release", models.CharField(max_length=64, default="", db_default="")),
    ]

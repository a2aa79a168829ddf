"""The sweeper looks for accounts by it every half second."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0005_change_due")]

    operations = [
        AddIndexConcurrently("account", models.Index(fields=["change_due_at"], name="account_by_change_due")),
    ]

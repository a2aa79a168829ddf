"""How well an age is known; of everybody who is there it is what is only said."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_release_index")]

    operations = [
        migrations.AddField(
            "account", "age_assurance", models.CharField(max_length=8, default="asserted", db_default="asserted")
        ),
    ]

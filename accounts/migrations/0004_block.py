"""Blocks: one account keeps another away."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_follow")]

    operations = [
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blocker", models.CharField(max_length=128)),
                ("blocked", models.CharField(max_length=128)),
                ("blocked_at", models.DateTimeField()),
                ("is_shared", models.BooleanField()),
            ],
            options={
                "indexes": [models.Index(fields=["blocked"], name="block_by_blocked")],
                "constraints": [
                    models.UniqueConstraint(fields=("blocker", "blocked"), name="one_block_a_direction"),
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True),
                        name="a_block_is_of_another_account",
                    ),
                ],
            },
        ),
    ]

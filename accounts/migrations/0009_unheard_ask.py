"""Unheard asks: what is asked behind a block, seen by who asked alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_age_assurance")]

    operations = [
        migrations.CreateModel(
            name="UnheardAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("follower", models.CharField(max_length=128)),
                ("followed", models.CharField(max_length=128)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("follower", "followed"), name="one_unheard_ask_a_direction"),
                ],
            },
        ),
    ]

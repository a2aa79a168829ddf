from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_heartbeat")]

    operations = [
        # The default stands in the database: a release that does not know the column goes on making accounts.
        migrations.AddField(
            model_name="teen",
            name="aside",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]

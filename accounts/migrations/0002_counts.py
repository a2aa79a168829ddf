"""The table in which sign-in attempts are counted, so that a lost cache never resets them."""

from __future__ import annotations

from django.db import migrations

MAKE = """
CREATE TABLE accounts_counts (
  cache_key varchar(255) NOT NULL PRIMARY KEY,
  value text NOT NULL,
  expires timestamp with time zone NOT NULL
);
CREATE INDEX accounts_counts_expires ON accounts_counts (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE accounts_counts")]

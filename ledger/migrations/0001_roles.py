"""Two roles: `fp_owner` migrates and owns, `fp_app` serves and gets only the rights that are given here."""

from __future__ import annotations

from django.db import migrations

GIVE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fp_app') THEN
    RAISE EXCEPTION 'the role fp_app is missing; create it before migrating (docs/operations.md)';
  END IF;
  IF current_user = 'fp_app' THEN
    RAISE EXCEPTION 'fp_app serves and does not migrate; migrate as the owner (docs/operations.md)';
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO fp_app;
GRANT SELECT ON django_migrations TO fp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO fp_app;
"""
TAKE = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM fp_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM fp_app;
REVOKE SELECT ON django_migrations FROM fp_app;
REVOKE USAGE ON SCHEMA public FROM fp_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # Default privileges hold for tables made later, so this comes before the first of any room.
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0001_initial"),
    ]
    operations = [migrations.RunSQL(GIVE, TAKE)]

#!/bin/sh
# Makes the two roles and the database: fp_owner owns and migrates, fp_app serves.
#
# The image runs it once, when the data folder is new. Run again, it gives both roles the passwords that the files hold now.
# They go through psql's input, so they are on no command line, and into no log of the server.
set -eu

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
SET client_min_messages = warning;
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\set owner_password `cat "$FP_OWNER_PASSWORD_FILE"`
\set app_password `cat "$FP_APP_PASSWORD_FILE"`

SELECT 'CREATE ROLE fp_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fp_owner') \gexec
SELECT 'CREATE ROLE fp_app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fp_app') \gexec
ALTER ROLE fp_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE fp_app LOGIN PASSWORD :'app_password';

SELECT 'CREATE DATABASE family_pairing OWNER fp_owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'family_pairing') \gexec
REVOKE ALL ON DATABASE family_pairing FROM PUBLIC;
GRANT CONNECT ON DATABASE family_pairing TO fp_app;
SQL

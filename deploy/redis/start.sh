#!/bin/sh
# Starts Redis with the options that follow; the password goes through its input, so it is on no command line.
set -eu

exec redis-server - "$@" <<CONFIGURATION
requirepass $(cat "$REDIS_PASSWORD_FILE")
CONFIGURATION

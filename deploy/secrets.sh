#!/bin/sh
# Makes every secret that docker-compose.yml names, each in a file of its own: sh deploy/secrets.sh [FOLDER]
#
# What is there already stays as it is, so it may be run as often as one likes. To replace a secret, remove its file (and
# the address that holds it) and run this again; docs/operations.md says what must be started anew.
#
# Compose shows a file in a container with the owner and the mode that it has here. Run as root, each file is given to the
# account that reads it (mode 0600). Run by anybody else, the folder is closed to all others (0700) and the files in it can
# be read by the accounts of the containers (0444).
set -eu
umask 077

folder=${1:-secrets}
product=10001
servers=999

main() {
  mkdir -p "$folder"
  chmod 0700 "$folder"
  fresh postgres_password $servers
  fresh fp_owner_password $servers
  fresh fp_app_password $servers
  fresh redis_password $servers
  fresh secret_key $product
  fresh device_token_keys $product k1:
  secret database_owner_url $product "postgresql://fp_owner:$(value fp_owner_password)@postgres:5432/family_pairing"
  secret database_url $product "postgresql://fp_app:$(value fp_app_password)@postgres:5432/family_pairing"
  secret redis_url $product "redis://:$(value redis_password)@redis:6379/0"
  # Only the operator knows what belongs in these; empty they mean no password, and the Redis of redis_url.
  blank smtp_password $product
  blank broker_url $product
}

# fresh NAME READER [PREFIX]: a secret of 256 bits, as hexadecimal digits, which need no quoting in an address.
fresh() {
  digits=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  if [ "${#digits}" != 64 ]; then
    echo "/dev/urandom gave no 32 bytes; $folder/$1 was not made" >&2
    exit 1
  fi
  secret "$1" "$2" "${3:-}$digits"
}

# blank NAME READER: an empty file where there is none, to be written by the operator.
blank() {
  if [ -e "$folder/$1" ]; then
    echo "kept $folder/$1"
  else
    : >"$folder/$1"
    echo "made $folder/$1, empty"
  fi
  give "$1" "$2"
}

# secret NAME READER VALUE: makes the file, whole or not at all, and says so.
secret() {
  if [ -s "$folder/$1" ]; then
    echo "kept $folder/$1"
  else
    printf '%s\n' "$3" >"$folder/.$1.half"
    mv "$folder/.$1.half" "$folder/$1"
    echo "made $folder/$1"
  fi
  give "$1" "$2"
}

# give NAME READER: closes the file to everybody but who reads it.
give() {
  if [ "$(id -u)" = 0 ]; then
    chown "$2:$2" "$folder/$1"
    chmod 0600 "$folder/$1"
  else
    chmod 0444 "$folder/$1"
  fi
}

value() {
  cat "$folder/$1"
}

main

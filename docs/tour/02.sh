#!/usr/bin/env bash
# Thirty questions of families in eight places, asked as a platform's service asks them; with reasons and where they stand.
#
#   docs/tour/02.sh [demo.json]       the file is written by `make run`; default: $FAMILY_PAIRING_HOME/demo.json
#
# Tess is 14, Theo 16, Tara 17; everywhere they are accounts of the platform's, and nobody is paired with them. Mallory is
# 18 or over, and no account here. It prints each answer, and ends with another code than 0 at the first surprise.
# It needs bash, curl and python3, and can be walked again and again.
set -euo pipefail

demo=${1:-${FAMILY_PAIRING_HOME:-.local}/demo.json}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/steps.sh"

year=$(date +%Y)

# register STATUS NAME AGE: make an account of the place known, under a name that a second walk finds again.
register() {
  platform "$1" PUT "/v1/accounts/$(id "$2")" "${json[@]}" -d '{"birth_date": "'"$((year - $3))"'-01-01",
    "place": "'"$place"'", "time_zone": "'"$zone"'", "language": "en", "handle": "'"$2"'"}' >/dev/null
}
id() { echo "tour-$year-$place-$1" | tr '[:upper:]' '[:lower:]'; }
family() {
  place=$1 zone=$2
  printf '\n%s\n' "$3"
  for each in tess:14 theo:16 tara:17; do
    [ "$place" = AU ] && [ "$each" = tess:14 ] || register 20? "${each%:*}" "${each#*:}"
  done
}

# Who acts, and what it is done to.
teen() { printf '{"type": "account", "id": "%s"}' "$(id "$1")"; }
someone() { printf '{"type": "%s", "id": "%s", "properties": {%s}}' "$1" "$(id "$2")" "${3:-}"; }
thing() { printf '{"type": "%s", "id": "any", "properties": {%s}}' "$1" "${2:-}"; }
mallory='{"type": "account", "id": "tour-mallory", "properties": {"age_band": "18+"}}'
known='"is_new_contact": false'
text='"content_type": "text"'

# may OUTCOME CODE RULE QUESTION SUBJECT ACTION RESOURCE [PROPERTIES]: ask, and print the answer; the rule is the law or
# the pack that the first reason names.
may() {
  step=$((step + 1))
  printf '\n%2d. %s\n' "$step" "$4"
  status=$(curl -sS --max-time 20 -o "$work/body" -w '%{http_code}' -X POST "$base/access/v1/evaluation" \
    -H "Authorization: Bearer $key" "${json[@]}" -d '{"subject": '"$5"', "action": {"name": "'"$6"'",
      "properties": {'"${8:-}"'}}, "resource": '"$7"', "context": {"explain": true}}') || surprise "nobody answers"
  [ "$status" = 200 ] || surprise "expected 200, got $status"
  python3 -c '
import json, sys
file, outcome, code, rule = sys.argv[1:]
it = json.load(open(file, encoding="utf-8"))["context"]
told = [each["code"] + (" by " + each["control"] if "control" in each else "") for each in it["reasons"]]
duties = [each["type"] for each in it.get("obligations", [])]
print("    " + it["outcome"] + ": " + ", ".join(told) + "".join("; and " + each for each in duties))
for each in it["citations"]:
    print("    " + each.get("title", each["rule"]) + ", " + each["text"])
first = it["reasons"][0]
wrong = [it["outcome"]] if it["outcome"] != outcome else []
wrong += [] if first["code"] == code.partition("+")[0] else [first["code"]]
wrong += [] if first.get("rule", "").startswith(rule) else [first.get("rule", "")]
wrong += [] if code.partition("+")[2] in [*duties, ""] else duties or ["no obligation"]
if wrong:
    sys.exit("expected " + " ".join((outcome, code, rule)) + ", got " + ", ".join(wrong))' \
    "$work/body" "$1" "$2" "$3" || surprise "another answer"
}

echo "Thirty questions to Family Pairing at $base"
# A key that was made a moment ago is known within two seconds.
for _ in $(seq 50); do
  found=$(curl -sS -o /dev/null -w '%{http_code}' -X POST "$base/access/v1/evaluation" -H "Authorization: Bearer $key" \
    "${json[@]}" -d '{}')
  [ "$found" = 401 ] || break
  sleep 0.1
done

# befriend ONE OTHER: the four steps of two who follow each other.
befriend() {
  for each in "$1 $2" "$2 $1"; do
    set -- $each
    for state in asked accepted; do
      platform 20? PUT "/v1/accounts/$(id "$1")/follows/$(id "$2")" "${json[@]}" -d '{"state": "'$state'"}' >/dev/null
    done
  done
}
# opens NAME: on the own phone, the teen lets friends write messages.
opens() {
  platform 201 POST "/v1/accounts/$(id "$1")/device-tokens" >/dev/null
  ask 200 PUT /v1/me/choices/dm.who_can_send -H "Authorization: Bearer $(body 'it["device_token"]')" "${json[@]}" \
    -d '{"value": "friends"}' >/dev/null
}

family GB Europe/London "United Kingdom. Theo and Tara are friends, and have opened their messages to friends."
befriend theo tara
opens theo
opens tara
may deny nobody baseline "May Tess, 14, write to Theo?" "$(teen tess)" message.send "$(someone account theo)" "$text"
may allow allowed baseline "May Theo, 16, write to Tara?" "$(teen theo)" message.send "$(someone account tara "$known")" "$text"
may deny friends_only baseline "May Mallory, a grown-up, write to Tara?" "$mallory" message.send "$(someone account tara)" "$text"
may deny label baseline "May Tess be shown a video of strong violence?" "$(teen tess)" content.view "$(thing content '"labels": {"violence": 4}, "level": "teen", "topics": [], "text": "", "author": "a"')"
may deny turned_off baseline "May the platform choose advertisements by what Tess does?" "$(teen tess)" ads.personalise "$(thing feature)"

family FR Europe/Paris "France."
may deny turned_off baseline "May a model be trained with what Tess makes?" "$(teen tess)" data.train "$(thing feature)"
may allow always_open "" "May Tess open the helplines?" "$(teen tess)" help.open "$(thing feature)"
may deny crisis+show_help baseline "Theo searches for how to harm himself. Are there results?" "$(teen theo)" search.run "$(thing feature)" '"query_class": "crisis"'
may deny recipient_settings "" "May Theo save a post of Tara?" "$(teen theo)" post.download "$(thing content '"author": "'"$(id tara)"'"')"
may deny turned_off baseline "May Tara share where she is?" "$(teen tara)" location.share "$(thing feature)"

# clock HOUR: a zone in which it is this hour now, so that the answers are the same at every time of the day.
clock() { python3 -c 'import sys, time; print("Etc/GMT%+d" % ((time.gmtime().tm_hour - int(sys.argv[1]) + 11) % 24 - 11))' "$1"; }

family US-CA "$(clock 12)" "California, at noon. Feeds are without profiles, and a law closes the app at night."
may deny recipient_settings "" "May Mallory open Tess's profile?" "$mallory" profile.view "$(someone profile tess)"
may deny recipient_settings "" "May Tess make a duet with a post of Theo?" "$(teen tess)" remix.duet "$(thing content '"author": "'"$(id theo)"'"')"
may deny turned_off baseline "May Tara, 17, host a live video?" "$(teen tara)" live.host "$(thing feature)"
zone=$(clock 1) register 200 tara 17
may deny bedtime US-CA-SB976 "And at one in the morning, may Tara use the app?" "$(teen tara)" app.use "$(thing feature)" '"used_minutes": 0'

family BR America/Sao_Paulo "Brazil. Below 16 an account is tied to a parent's."
may deny pairing_needed BR-ECADIGITAL "May Tess use the app before a parent is paired?" "$(teen tess)" app.use "$(thing feature)"
may allow always_open "" "May she report somebody all the same?" "$(teen tess)" report.create "$(thing feature)"
may deny turned_off baseline "May the platform choose advertisements by what Tara does?" "$(teen tara)" ads.personalise "$(thing feature)"
may deny ask_each_time baseline "May Theo buy something for 5.00 BRL, where no parent could be asked?" "$(teen theo)" purchase.create "$(thing feature)" '"amount": 500, "currency": "BRL", "spent_this_month": 0'

family AU Australia/Sydney "Australia. Nobody below 16 has an account, and no parent can agree to one."
step=$((step + 1)); printf '\n%2d. May Tess, 14, have an account?\n' "$step"
register 422 tess 14
is "no, by" "$(body '", ".join(it["laws"])')" AU-SMMA16
may deny nobody baseline "May Theo, 16, call Tara?" "$(teen theo)" call.start "$(someone account tara)"
may deny recipient_settings "" "May Theo ask Tara to be friends, with no friends in common?" "$(teen theo)" friend.request "$(someone account tara '"mutual_friends": 0')"
may allow allowed baseline "And with three friends in common?" "$(teen theo)" friend.request "$(someone account tara '"mutual_friends": 3')"

family IN Asia/Kolkata "India. A law about children's data begins on 13 May 2027."
may deny turned_off "" "May the platform choose advertisements by what Theo does?" "$(teen theo)" ads.personalise "$(thing feature)"
may deny turned_off baseline "May Theo talk to an invented character?" "$(teen theo)" ai.chat "$(thing feature)" '"with": "character"'
may allow allowed baseline "May Theo post something for his followers?" "$(teen theo)" post.publish "$(thing feature)" '"audience": "followers"'

family US-VA America/New_York "Virginia. A law gives those below 16 one hour a day; a court has stopped it."
may allow allowed baseline "Tess has used the app for 45 minutes today. May she go on?" "$(teen tess)" app.use "$(thing feature)" '"used_minutes": 45'
may deny audience baseline "May Tess post something for everybody?" "$(teen tess)" post.publish "$(thing feature)" '"audience": "everyone"'

family DK Europe/Copenhagen "Denmark. Theo and Tara are friends."
befriend theo tara
may deny turned_off baseline "May a model be trained with what Tess makes?" "$(teen tess)" data.train "$(thing feature)"
may allow allowed+ask_consent baseline "May Theo put Tara into a group?" "$(teen theo)" group.add "$(someone account tara)"
may deny turned_off baseline "May Tess send a gift that costs money?" "$(teen tess)" gift.send "$(thing feature)" '"amount": 500, "currency": "DKK", "spent_this_month": 0'

[ "$step" = 30 ] || surprise "there were $step questions"
printf '\nThe tour is over: no surprise.\n'

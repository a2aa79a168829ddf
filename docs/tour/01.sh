#!/usr/bin/env bash
# A walk through the running product, as the platform, a teen's phone and a parent would use it.
#
#   docs/tour/01.sh [demo.json]       the file is written by `make run`; default: $FAMILY_PAIRING_HOME/demo.json
#
# It prints what a person would check, and ends with another code than 0 at the first surprise.
# It needs bash, curl and python3. It can be walked again and again; a parent may claim five codes in ten minutes.
set -euo pipefail

demo=${1:-${FAMILY_PAIRING_HOME:-.local}/demo.json}
work=$(mktemp -d)
listener=
trap '[ -z "$listener" ] || kill "$listener" 2>/dev/null || true; rm -rf "$work"' EXIT

. "$(dirname "$0")/steps.sh"

phone() { local token=$1; shift; ask "$@" -H "Authorization: Bearer $token"; }

# Sign a parent in, as a browser does: the page gives a cookie and a token, the form sends both back.
sign_in() {
  jar=$work/$1
  curl -sS -o /dev/null -c "$jar" "$base/accounts/login/"
  token_of_page
  curl -sS -o /dev/null -b "$jar" -c "$jar" -H "Referer: $base/accounts/login/" "$base/accounts/login/" \
    --data-urlencode "login=$2" --data-urlencode "password=$3" --data-urlencode "csrfmiddlewaretoken=$csrf"
  token_of_page
}
token_of_page() { csrf=$(awk '$6 ~ /fp_csrf$/ { print $7 }' "$jar"); }
parent() { ask "$@" -b "$jar" -c "$jar" -H "X-CSRFToken: $csrf" -H "Referer: $base/"; }

# frames FILE: how many times the stream has said "read again".
frames() { grep -c '^data:' "$1" || true; }
until_more_than() {
  for _ in $(seq 200); do
    [ "$(frames "$work/stream")" -le "$1" ] || return 0
    sleep 0.05
  done
  surprise "the stream said nothing for ten seconds"
}

tess=$(pick "$demo" 'it["teens"][0]["id"]')
tess_phone=$(pick "$demo" 'it["teens"][0]["device_token"]')
lea="tour-$(date +%s)-$$"
echo "A tour of Family Pairing at $base"

say "The platform registers Léa, who is 14, and gives her phone a token."
platform 201 PUT "/v1/accounts/$lea" "${json[@]}" -d '{"birth_date": "'"$(($(date +%Y) - 14))"'-01-01", "place": "FR",
  "time_zone": "Europe/Paris", "language": "fr", "handle": "Léa"}'
is "age band" "$(body 'it["age_band"]')" 13-15
platform 200 PUT "/v1/accounts/$lea" "${json[@]}" -d '{"birth_date": "'"$(($(date +%Y) - 14))"'-01-01", "place": "FR",
  "time_zone": "Europe/Paris", "language": "fr", "handle": "Léa"}'
platform 201 POST "/v1/accounts/$lea/device-tokens"
lea_phone=$(body 'it["device_token"]')

say "Her phone reads what applies, and why. Nobody is paired: the policy for her age speaks alone."
phone "$lea_phone" 200 GET /v1/me/settings
is "who can send her a message" "$(body 'it["settings"]["dm.who_can_send"]["value"]')" nobody
is "who may loosen that" "$(body 'it["settings"]["dm.who_can_send"]["may_loosen"]')" nobody
show "why: $(body 'it["settings"]["dm.who_can_send"]["reasons"]')"
is "every value has a reason" "$(body 'all(each["reasons"] for each in it["settings"].values())')" true
show "version $(body 'it["version"]'), $(body 'len(it["settings"])') settings"

say "It asks again with the ETag: unchanged."
phone "$lea_phone" 304 GET /v1/me/settings -H "If-None-Match: $(header etag)"

say "Léa starts a pairing; her phone shows a code."
phone "$lea_phone" 201 POST /v1/pairings -H "Idempotency-Key: $lea"
pairing=$(body 'it["id"]')
code=$(body 'it["code"]')
show "code: $code"

say "Mallory, a parent, signs in and types a wrong code, then the right one."
sign_in mallory "$(pick "$demo" 'it["parents"][2]["email"]')" "$(pick "$demo" 'it["parents"][2]["password"]')"
parent 404 POST /v1/pairings/claim "${json[@]}" -d '{"code": "0000-00000-00000"}'
is "the problem's code" "$(body 'it["code"]')" not_found
parent 200 POST /v1/pairings/claim "${json[@]}" -d "{\"code\": \"$code\"}"
is "it waits for" "$(body 'it["teen"]["display_name"]')" Léa

say "Before Léa has confirmed, nothing of hers can be seen. Her phone shows who asks, and she confirms."
parent 200 GET /v1/family
is "teens that Mallory sees more of than a name" "$(body '[each for each in it["teens"] if "id" in each and each["pairing_id"] == "'"$pairing"'"]')" "[]"
phone "$lea_phone" 200 GET "/v1/pairings/$pairing"
is "state" "$(body 'it["state"]')" claimed
is "asked by" "$(body 'it["parent"]["display_name"]')" Mallory
phone "$lea_phone" 200 POST "/v1/pairings/$pairing/confirm" "${json[@]}" -d "{\"parent_id\": \"$(body 'it["parent"]["id"]')\"}"
is "state" "$(body 'it["state"]')" active
platform 200 GET "/v1/accounts/$lea"
lea_id=$(body 'it["id"]')

say "Nobody has verified that Mallory is her parent, so Mallory can make things stricter, never looser."
parent 200 GET "/v1/teens/$lea_id/controls"
parent 403 PATCH "/v1/teens/$lea_id/controls" "${json[@]}" -H "If-Match: $(header etag)" -d '{"comment.who": {"value": "followers"}}'
is "the problem's code" "$(body 'it["code"]')" tie_unverified
parent 200 GET "/v1/teens/$lea_id/controls"
parent 200 PATCH "/v1/teens/$lea_id/controls" "${json[@]}" -H "If-Match: $(header etag)" -d '{"comment.who": {"value": "nobody"}}'
is "direction" "$(body 'it["changes"][0]["direction"]')" stricter

say "Mallory stops supervising. What is left is what Léa's age asks for; nothing is looser than that."
parent 204 DELETE "/v1/pairings/$pairing"
phone "$lea_phone" 200 GET /v1/me/supervision
is "supervised" "$(body 'it["supervised"]')" false
phone "$lea_phone" 200 GET /v1/me/settings
is "who can comment" "$(body 'it["settings"]["comment.who"]["value"]')" friends
is "who says so" "$(body 'it["settings"]["comment.who"]["reasons"][0]["by"]')" pack
parent 404 GET "/v1/teens/$lea_id/controls"

say "Now the demo family: Paula signs in, and Tess's phone listens."
sign_in paula "$(pick "$demo" 'it["parents"][0]["email"]')" "$(pick "$demo" 'it["parents"][0]["password"]')"
parent 200 GET /v1/family
show "Paula's teens: $(body '", ".join(each["display_name"] for each in it["teens"])')"
curl -sSN --max-time 60 -H "Authorization: Bearer $tess_phone" "$base/ofrep/v1/stream" >"$work/stream" &
listener=$!
until_more_than 0
heard=$(frames "$work/stream")
show "the stream is open"

say "Paula looks what a change would do, then makes it."
parent 200 GET "/v1/teens/$tess/controls"
etag=$(header etag)
now=$(body 'it["controls"]["comment.who"]["value"]')
new=$([ "$now" = nobody ] && echo friends || echo nobody)
show "who can comment: $now, soon $new"
change="{\"comment.who\": {\"value\": \"$new\"}}"
parent 428 PATCH "/v1/teens/$tess/controls" "${json[@]}" -d "$change"
parent 200 PATCH "/v1/teens/$tess/controls?dry_run=true" "${json[@]}" -H "If-Match: $etag" -d "$change"
is "it would become" "$(body 'it["changes"][0]["to"]')" "$new"
parent 200 GET "/v1/teens/$tess/controls"
is "nothing was stored; the value" "$(body 'it["controls"]["comment.who"]["value"]')" "$now"
parent 200 PATCH "/v1/teens/$tess/controls" "${json[@]}" -H "If-Match: $etag" -d "$change"
version=$(body 'it["version"]')
show "version $version"

say "The stream says \"read again\"; the phone reads, obeys, and says so."
until_more_than "$heard"
show "$(tail -n 2 "$work/stream" | head -n 1)"
phone "$tess_phone" 200 GET /v1/me/settings
is "who can comment" "$(body 'it["settings"]["comment.who"]["value"]')" "$new"
# A phone also counts what is the teen's alone, such as friends: its version is the parent's or a higher one.
version=$(body 'it["version"]')
show "version $version"
show "why: $(body 'it["settings"]["comment.who"]["reasons"]')"
phone "$tess_phone" 204 PUT /v1/me/applied "${json[@]}" -d "{\"version\": \"$version\", \"app_version\": \"tour\"}"

say "Paula sees that it has arrived."
parent 200 GET "/v1/teens/$tess/arrival"
arrived='[each for each in it["devices"] if each["app_version"] == "tour"][0]'
for what in sent received enforced; do is "$what" "$(body "${arrived}[\"$what\"]")" true; done

say "Somebody who read before the change cannot overwrite it."
parent 412 PATCH "/v1/teens/$tess/controls" "${json[@]}" -H "If-Match: $etag" -d "{\"comment.who\": {\"value\": \"$now\"}}"
is "the problem's code" "$(body 'it["code"]')" conflict

say "Tess may always be stricter. She may not loosen what is not hers, and is told whose it is."
phone "$tess_phone" 403 PUT /v1/me/choices/comment.who "${json[@]}" -d '{"value": "followers"}'
is "the problem's code" "$(body 'it["code"]')" not_yours_to_loosen
is "who may loosen it" "$(body 'it["may_loosen"]')" parent
phone "$tess_phone" 200 PUT /v1/me/choices/content.autoplay "${json[@]}" -d '{"value": "off"}'
is "autoplay" "$(body 'it["value"]')" off

say "Tess sees who supervises her, what they can change and see, and what they never see."
phone "$tess_phone" 200 GET /v1/me/supervision
is "supervised by" "$(body '", ".join(each["display_name"] for each in it["parents"])')" Paula
show "can see: $(body '", ".join(it["parents"][0]["can_see"])')"
show "never: $(body '", ".join(it["never"])')"

say "Both read the same history, save what is Tess's alone, such as her friends."
phone "$tess_phone" 200 GET '/v1/me/history?limit=2'
is "the last word of a parent is by" "$(body '[each["actor"]["display_name"] for each in it["items"] if each["actor"]["kind"] == "parent"][0]')" Paula
body '[each["id"] for each in it["items"]]' >"$work/hers"
parent 200 GET "/v1/teens/$tess/history?limit=2"
is "Paula's is the same" "$(body '[each["id"] for each in it["items"]]')" "$(cat "$work/hers")"

say "Strangers find nothing."
sign_in mallory "$(pick "$demo" 'it["parents"][2]["email"]')" "$(pick "$demo" 'it["parents"][2]["password"]')"
parent 404 GET "/v1/teens/$tess/controls"

printf '\nThe tour is over: no surprise.\n'

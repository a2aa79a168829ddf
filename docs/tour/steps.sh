# What the tours have alike: sourced by them, with $demo and $work set.

[ -r "$demo" ] || { echo "There is no $demo: start the product with \`make run\` first." >&2; exit 1; }

step=0
say() { step=$((step + 1)); printf '\n%2d. %s\n' "$step" "$*"; }
show() { printf '    %s\n' "$*"; }
surprise() { printf '\nSURPRISE: %s\n' "$*" >&2; [ ! -s "$work/body" ] || { head -c 2000 "$work/body"; echo; } >&2; exit 1; }

# A value out of JSON: `pick FILE EXPRESSION`, where the document is called `it`.
pick() {
  python3 -c '
import json, sys
it = json.load(open(sys.argv[1], encoding="utf-8"))
found = eval(sys.argv[2])
print(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False))' "$1" "$2" ||
    surprise "there is no \`$2\`"
}
body() { pick "$work/body" "$1"; }
header() { tr -d '\r' <"$work/head" | awk -F': ' -v name="$1" 'tolower($1) == tolower(name) { print $2 }'; }

# ask STATUS METHOD PATH [curl's options]: send a request, and go on only when the answer has this status.
ask() {
  local wanted=$1 method=$2 path=$3
  shift 3
  status=$(curl -sS --max-time 20 -o "$work/body" -D "$work/head" -w '%{http_code}' -X "$method" "$base$path" "$@") ||
    surprise "$method $path was not answered"
  show "$method $path → $status"
  [[ "$status" = $wanted ]] || surprise "expected $wanted, got $status"
}
is() { [ "$2" = "$3" ] || surprise "$1 is \`$2\`; expected \`$3\`"; show "$1: $2"; }

platform() { ask "$@" -H "Authorization: Bearer $key"; }
json=(-H 'Content-Type: application/json')
base=$(pick "$demo" 'it["base_url"]')
key=$(pick "$demo" 'it["service_key"]')

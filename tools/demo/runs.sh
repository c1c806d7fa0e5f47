# Runs of workflows: a server, a pipeline, a gate, a crash, an alert; sourced by demo.sh.
mkdir -p workflows services/catalog services/cart services/payments
for service in catalog payments; do
    echo 'echo "12 tests passed"' >services/$service/test.sh
done
echo 'echo "expected 3 items, got 2"; exit 1' >services/cart/test.sh

cat >workflows/service.yaml <<'YAML'
name: service
on:
  workflow_call: {inputs: {name: {type: string, required: true}}}
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - run: sh "services/$NAME/test.sh"
        env: {NAME: "${{ inputs.name }}"}
  deploy:
    needs: test
    environment: live
    steps:
      - run: echo "$NAME is live" | tee -a "$PLAYGROUND/live.txt"
        env: {NAME: "${{ inputs.name }}", PLAYGROUND: "${{ vars.playground }}"}
YAML
cat >workflows/ship.yaml <<'YAML'
name: ship
on: {workflow_dispatch: {}}
jobs:
  catalog: {uses: ./workflows/service.yaml, with: {name: catalog}}
  cart: {uses: ./workflows/service.yaml, with: {name: cart}}
  payments: {uses: ./workflows/service.yaml, with: {name: payments}}
YAML
cat >workflows/migrate.yaml <<'YAML'
name: migrate
on: {workflow_dispatch: {}}
jobs:
  move:
    steps:
      - run: |
          for part in 1 2 3 4; do
            echo "part $part moved" | tee -a "$PLAYGROUND/moved.txt"
            sleep 1
          done
        env: {PLAYGROUND: "${{ vars.playground }}"}
      - run: wc -l <"$PLAYGROUND/moved.txt"
        env: {PLAYGROUND: "${{ vars.playground }}"}
YAML
cat >workflows/restart.yaml <<'YAML'
name: restart
on:
  alert: {match: {alertname: HighMemory}}
  workflow_dispatch: {inputs: {host: {type: string, required: true}}}
autonomy: propose
limits: {once_within: 10m, per: target, attempts: 3}
claims: ["host:${{ inputs.host }}"]
jobs:
  restart:
    steps:
      - run: echo restarted >"$PLAYGROUND/machines/$HOST/memory"
        check: grep -q restarted "$PLAYGROUND/machines/$HOST/memory"
        env: {HOST: "${{ inputs.host }}", PLAYGROUND: "${{ vars.playground }}"}
YAML
mkdir -p runbooks
cat >runbooks/new-prices.md <<'MARKDOWN'
---
name: new prices
review: 90d
---
# New prices

Do this when the shop changes its prices. It began with every step by hand; the second is automated by now.

## 1. Look at the list

```manual
Open the list of prices. Is every price a number, and did accounting sign it?
```

## 2. Put it in place

```sh
echo "prices of today" | tee "${{ vars.playground }}/prices.txt"
```
MARKDOWN
printf 'vars: {playground: "%s"}\n' "$play" >>holdfast.yaml
git init -q .
git add services workflows
git -c user.name=ann -c user.email=ann@example.org commit -qm "Three services"

server=
serve() {
    printf '\n$ holdfast serve &\n'
    holdfast serve --port 0 --name here >>server.log 2>&1 &
    server=$!
    for _ in $(seq 100); do
        holdfast worker list 2>/dev/null | grep -q alive && return
        sleep 0.1
    done
    cat server.log >&2
    exit 1
}
trap 'kill "$server" 2>/dev/null || :' EXIT
bob() {
    printf '\nbob$ %s\n' "$*"
    HOLDFAST_ACTOR=bob HOLDFAST_TOKEN=$bobs sh -c "$*"
}
# The newest run of a workflow in a state, when there is one.
find_run() {
    holdfast runs --workflow "$1" --state "$2" --json 2>/dev/null |
        "$here/../../.venv/bin/python" -c '
import json, sys
runs = json.load(sys.stdin)["runs"]
print(*[run["id"] for run in runs if sys.argv[1] in (run["id"], run["title"].split()[-1], "")][:1])' "${3:-}"
}
wait_for() {
    patience=$(($(date +%s) + 120))
    while [ "$(date +%s)" -lt "$patience" ]; do
        found=$(find_run "$@")
        [ -n "$found" ] && return
        sleep 0.1
    done
    echo "No run of $1 came so far as $2; see server.log" >&2
    exit 1
}

title "A server: one process with pages, API, schedules, reactions and a worker"
serve
printf '\n$ holdfast token add bob\n'
bobs=$(holdfast token add bob 2>/dev/null | tail -1)
run cat workflows/service.yaml

title "A pipeline of three services: a test fails and stops the second, a gate asks"
ends "holdfast run ship --why 'the new prices'"
wait_for ship waiting
ship=$found
title "Approved by bob, for exactly what the gate shows: ann began it"
for service in catalog payments; do
    wait_for service gated "$service"
    bob "holdfast approve $found --why 'tests passed'"
    wait_for service succeeded "$service"
done
ends "holdfast status $ship"
run cat live.txt

title "A server that is killed: its steps go on, and nothing is done twice"
ends holdfast run migrate --no-wait
for _ in $(seq 600); do
    [ -s moved.txt ] && break
    sleep 0.1
done
printf '\n$ kill -9 SERVER\n'
kill -9 "$server"
wait "$server" 2>/dev/null || :
serve
wait_for migrate succeeded
run "holdfast logs $found"
run cat moved.txt

title "An alert: what would be done is proposed, not done"
run holdfast event send alert --action firing -d labels.alertname=HighMemory -d labels.host=web-1
wait_for restart gated
ends "holdfast status $found"
run "holdfast approve $found --why 'known leak'"
wait_for restart succeeded
run "holdfast why $found"
run holdfast event send alert --action resolved -d labels.alertname=HighMemory -d labels.host=web-1

title "Why does it wait? bob has the host"
bob "holdfast claim host:web-2 --for 1h --why 'looking at its disk'"
ends holdfast run restart -i host=web-2 --no-wait
wait_for restart waiting
run "holdfast why $found"
bob "holdfast claim host:web-2 --release"
wait_for restart succeeded "$found"

title "A runbook: a page that people read, walked step by step; one step is a person's, one is automated"
run cat runbooks/new-prices.md
ends holdfast run new-prices --no-wait
wait_for "new prices" waiting
prices=$found
bob "holdfast done $prices --evidence 'signed by accounting this morning'"
wait_for "new prices" succeeded
run holdfast runbook show new-prices
run cat prices.txt
run holdfast runs

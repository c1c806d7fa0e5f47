# Hosts that are held to what is declared; sourced by demo.sh.
mkdir -p hosts config machines/web-1 machines/web-2 machines/web-3

cat >holdfast.yaml <<'YAML'
project: demo
owner: you
teams: {you: [ann], crew: [bob]}
environments:
  playground: {}
  live:
    gates: {approve: {by: [crew], within: 4h}}
YAML
cat >hosts/hosts.yaml <<'YAML'
hosts:
  web-1: {groups: [web], environment: playground, connect: {driver: local, root: machines/web-1}}
  web-2: {groups: [web], environment: playground, connect: {driver: local, root: machines/web-2}}
  web-3: {groups: [web], environment: playground, connect: {driver: local, root: machines/web-3}}
YAML
cat >config/web.yaml <<'YAML'
name: web
hosts: web
vars: {workers: 4}
resources:
  - directory: /etc/app
    mode: "0755"
  - file: /etc/app/app.conf
    content: |
      name = ${{ host.name }}
      workers = ${{ vars.workers }}
    mode: "0644"
  - link: /etc/app/current.conf
    target: app.conf
  - command: date > "$HOLDFAST_ROOT/etc/app/installed"
    creates: /etc/app/installed
    undo: rm -f "$HOLDFAST_ROOT/etc/app/installed"
rollout: {serial: [1, 100%]}
YAML
title "Declared: three hosts and what is wanted on them"
run cat config/web.yaml
title "Planned: nothing is changed by looking"
run holdfast plan
title "Applied in waves: one host first, then the rest"
applied=$play/.applied
printf '\n$ holdfast apply --yes --why "the first change"\n'
holdfast apply --yes --why "the first change" | tee "$applied"
title "Planned again: what was declared is there"
run holdfast plan
title "Somebody tampers with one host"
run "echo 'workers = 64' >> machines/web-2/etc/app/app.conf"
title "Drift: which attribute, and since when"
run holdfast drift
title "Fixed, through the same road"
run holdfast drift --then fix --yes
title "What happened here"
run holdfast history
title "Undone: the first change is taken back"
first=$(holdfast history --json | "$here/../../.venv/bin/python" -c '
import json, sys
print(json.load(sys.stdin)["entries"][-1]["run"])  # newest first')
run "holdfast undo $first --yes"
run find machines -type f

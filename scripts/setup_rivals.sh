#!/usr/bin/env bash
# usage: setup_rivals.sh
# Fills .venv-rivals from requirements-bench.txt with the Python of .venv. A rival that cannot be
# installed is named and left out: the benchmark says so again and measures the others.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=requirements-bench.txt
venv=.venv-rivals
stamp=$venv/.installed

say() { printf 'setup: %s\n' "$*" >&2; }

pip_install() { $venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }

wanted() { printf '%s %s\n' "$(.venv/bin/python -V)" "$(cksum $requirements)"; }

if [ -f $stamp ] && [ -x $venv/bin/python ] && [ "$(cat $stamp)" = "$(wanted)" ]; then
  exit 0
fi

say "installing $requirements into $venv"
if ! .venv/bin/python -m venv --clear $venv; then
  say "$venv could not be made: the rivals of $requirements are not measured"
  exit 0
fi
printf '*\n' >$venv/.gitignore
if pip_install --requirement=$requirements; then
  wanted >$stamp
  exit 0
fi
while IFS= read -r line; do
  case "$line" in '' | '#'*) continue ;; esac
  pip_install "$line" || say "could not install $line: it is not measured"
done <$requirements

#!/usr/bin/env bash
# usage: setup.sh PYTHON REQUIREMENTS...
# Fills .venv from the requirement files, one after the other: hashes of one are not asked of the
# next. A second run with the same files does nothing; a file whose installation was interrupted
# leaves no stamp and is installed again.
set -euo pipefail
cd "$(dirname "$0")/.."

preferred=$1
shift
venv=.venv
stamp=$venv/.installed

say() { printf 'setup: %s\n' "$*" >&2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

choose_python() {
  local candidate
  for candidate in "$preferred" python3.11 python3.12 python3.13 python3.14; do
    if new_enough "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  say "Python 3.11 or newer is needed and '$preferred' is not: install it, or name one with PYTHON=/path/to/python3"
  exit 2
}

create_venv() {
  local python package
  python=$(choose_python)
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  say "creating $venv with $("$python" --version)"
  "$python" -m venv --clear $venv >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $package"
    apt-get update -q >/dev/null && apt-get install -q -y --no-install-recommends "$package" >/dev/null &&
      "$python" -m venv --clear $venv && return
  fi
  say "'$python -m venv' failed: on Debian or Ubuntu install $package (or python3-venv), then run this again"
  exit 2
}

# One line a file in the stamp: a set installed for the tests satisfies a later run as well.
wanted() { printf '%s %s\n' "$($venv/bin/python -V)" "$(cksum "$1")"; }

installed() { [ -f $stamp ] && grep -qxF "$(wanted "$1")" $stamp; }

all_installed() {
  local file
  new_enough $venv/bin/python || return 1
  for file in "$@"; do installed "$file" || return 1; done
}

all_installed "$@" && exit 0

if ! { new_enough $venv/bin/python && $venv/bin/python -m pip --version >/dev/null 2>&1; }; then
  create_venv
  rm -f $stamp
  # What comes with Python is as old as Python; some of it has known faults.
  $venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip setuptools
fi
for file in "$@"; do
  installed "$file" && continue
  { [ ! -f $stamp ] || grep -v " $file\$" $stamp || true; } >$stamp.new
  mv $stamp.new $stamp
  say "installing $file"
  $venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement="$file"
  wanted "$file" >>$stamp
done

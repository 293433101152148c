#!/usr/bin/env bash
# Installs what the browser tests need from the system: Chromium, a Chinese font, and the library
# that Playwright's driver is linked with. Where that is not possible it says what will not be run;
# under CI it fails instead, and installs nginx too (elsewhere its package would start a server)
# and systemd, which reads the units.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'make test: %s\n' "$*" >&2; }

has_chromium() {
  local name
  for name in ${CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable}; do
    command -v "$name" >/dev/null && return
  done
  return 1
}

has_chinese_font() {
  if command -v fc-list >/dev/null; then
    [ -n "$(fc-list :lang=zh-cn family)" ]
  else
    [ -n "$(find /usr/share/fonts -name '*CJK*' -print -quit 2>/dev/null)" ]
  fi
}

driver_starts() {
  local driver
  for driver in .venv/lib/python3*/site-packages/playwright/driver/node; do
    [ ! -e "$driver" ] || "$driver" --version >/dev/null 2>&1 || return 1
  done
}

in_ci() { case "${CI:-}" in '' | 0 | false) return 1 ;; esac; }

missing=()
has_chromium || missing+=(chromium)
has_chinese_font || missing+=(fonts-noto-cjk)
driver_starts || missing+=(libatomic1)
! in_ci || command -v nginx >/dev/null || missing+=(nginx-light)
# For systemd-analyze; the package starts nothing.
! in_ci || command -v systemd-analyze >/dev/null || missing+=(systemd)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  say "installing ${missing[*]}"
  if apt-get update -q >/dev/null &&
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null; then
    exit 0
  fi
  reason="apt-get failed"
else
  reason="this needs root and apt-get"
fi

say "could not install ${missing[*]}: $reason"
! in_ci || exit 1
has_chromium && driver_starts || say "the browser journeys (tests/browser) are not run"
has_chinese_font || say "no Chinese font: the browser draws Chinese text as empty boxes"

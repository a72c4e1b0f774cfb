#!/usr/bin/env bash
# Sets up one part of the project: base, dev, browser, ocr, reports, front or messages. Each part leaves a stamp in .deps/.
# System packages are installed where we may (root, or sudo without a password); elsewhere it says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .deps
part=$1

say() { printf '\033[1m· %s\033[0m\n' "$*" >&2; }

apt_install() {
  local run=()
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      printf 'Please install these packages, then run the same command again:\n    sudo apt-get install -y %s\n' "$*" >&2
      exit 1
    fi
    run=(sudo)
  fi
  say "installing $*"
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

case $part in
base)
  python=${2:-python3}
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Turs needs Python 3.11 or newer; run: make $part PYTHON=/path/to/python3" >&2
    exit 1
  fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  say "installing Python packages"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[pdf,reports,semantics,video]' 2> >(grep -v '^WARNING' >&2)
  ;;
dev)
  # One dependency of the threatexchange library comes as C source.
  command -v cc >/dev/null || apt_install gcc libc6-dev python3-dev
  say "installing packages for tests"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' 2> >(grep -v '^WARNING' >&2)
  ;;
ocr)
  missing=()
  command -v tesseract >/dev/null || missing+=(tesseract-ocr)
  for tongue in ara fas urd eng fra rus; do
    tesseract --list-langs 2>/dev/null | grep -qx "$tongue" || missing+=("tesseract-ocr-$tongue")
  done
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  ;;
reports)
  # Pango shapes the Arabic of printed reports.
  missing=()
  ldconfig -p | grep -q libpangoft2-1.0 || missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
  [ -d /usr/share/fonts/truetype/noto ] || missing+=(fonts-noto-core)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  ;;
browser)
  missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  [ -d /usr/share/fonts/truetype/noto ] || missing+=(fonts-noto-core)
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
  ;;
front)
  say "bringing fonts, icons and scripts in"
  .venv/bin/python scripts/vendor.py
  ;;
messages)
  .venv/bin/python scripts/messages.py compile
  ;;
*)
  echo "setup.sh knows base, dev, browser, ocr, reports, front, messages" >&2
  exit 2
  ;;
esac
touch ".deps/$part"

#!/usr/bin/env bash
# Installs what the end-to-end tests need and npm cannot bring: Chromium, and what code-server's build needs.
# On Debian and its descendants, as root, it installs what is missing; elsewhere it prints what would be needed.
# A second run finds everything there and changes nothing.
set -euo pipefail

packages=(chromium build-essential libkrb5-dev libx11-dev libxkbfile-dev libsecret-1-dev pkg-config python3 git)

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    if [ "$status" != installed ]; then missing+=("$package"); fi
  done
else
  missing=("${packages[@]}")
fi

if [ "${#missing[@]}" -eq 0 ]; then
  echo "prepare: everything the end-to-end tests need is installed"
elif ! command -v apt-get >/dev/null; then
  echo "prepare: this is not Debian, nothing was installed. End-to-end tests need Chromium (or Google Chrome), Python 3, a C++ compiler"
  echo "prepare: and the development files of krb5, x11, xkbfile and libsecret (Debian calls them: ${missing[*]})"
elif [ "$(id -u)" -ne 0 ]; then
  echo "prepare: not root, nothing was installed. End-to-end tests need: sudo apt-get install ${missing[*]}"
else
  echo "prepare: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update --quiet --quiet
  apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}" </dev/null
fi

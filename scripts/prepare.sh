#!/usr/bin/env bash
# Installs what the tests need and npm cannot bring: Chromium, what code-server's build needs, compilers of the memory tracer
# for both architectures (and qemu, which runs the one that this machine is not), an emulator of AWS, uv, a registry of images, and
# a Docker engine.
# On Debian and its descendants, as root, it installs what is missing; elsewhere it prints what would be needed.
# A second run finds everything there and changes nothing.
set -euo pipefail

packages=(chromium build-essential libkrb5-dev libx11-dev libxkbfile-dev libsecret-1-dev pkg-config python3 python3-venv git
  gcc-aarch64-linux-gnu qemu-user)

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

# A package from PyPI in an environment of its own, which git ignores: its folder in .cache, the package, and what it is.
from_pypi() {
  local folder package="$2" what="$3"
  folder="$(cd "$(dirname "$0")/.." && pwd)/.cache/$1"
  if [ -f "$folder/ready" ]; then
    echo "prepare: $what is installed"
  elif ! command -v python3 >/dev/null; then
    echo "prepare: there is no python3: tests that need $what are skipped"
  else
    echo "prepare: installing $what"
    mkdir -p "$(dirname "$folder")"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$package"
    touch "$folder/ready"
  fi
}

from_pypi moto 'moto[server]' 'the emulator of AWS'
from_pypi uv uv 'uv, which installs packages of Python'

# A registry of images, Debian's own, unpacked into a folder that git ignores: as a package it would start a service.
cache="$(cd "$(dirname "$0")/.." && pwd)/.cache"
registry="$cache/registry/usr/bin/docker-registry"
if [ -x "$registry" ] || command -v docker-registry >/dev/null; then
  echo "prepare: there is a registry of images"
elif ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "prepare: this is not Debian: tests that push images are skipped without a docker-registry in the PATH"
else
  echo "prepare: unpacking docker-registry"
  fetched="$(mktemp -d)"
  (cd "$fetched" && apt-get download --quiet --quiet docker-registry)
  dpkg-deb -x "$fetched"/docker-registry_*.deb "$cache/registry"
  rm -rf "$fetched"
fi

# A Docker engine: one that answers is taken as it is. Its socket is asked, as the client may be of another package.
docker_answers() {
  python3 - "${DOCKER_HOST:-unix:///var/run/docker.sock}" <<'PYTHON' 2>/dev/null
import socket, sys
where = sys.argv[1]
if where.startswith("unix://"):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(5)
    connection.connect(where[7:])
    connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
    sys.exit(0 if b"200" in connection.recv(64) else 1)
PYTHON
}

if docker_answers; then
  echo "prepare: a Docker engine answers"
elif ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "prepare: no Docker engine answers, and this is not Debian as root: start one, or the tests of the target docker are skipped"
else
  if ! command -v dockerd >/dev/null; then
    echo "prepare: installing docker.io"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet --quiet
    apt-get install --quiet --quiet --yes --no-install-recommends docker.io </dev/null
  fi
  echo "prepare: starting dockerd"
  # In a session of its own: it stays when this script and its terminal are gone.
  setsid dockerd --storage-driver=overlay2 >/var/log/reef-dockerd.log 2>&1 </dev/null &
  for _ in $(seq 60); do
    if docker_answers; then break; fi
    sleep 0.5
  done
  if docker_answers; then
    echo "prepare: dockerd runs"
  else
    echo "prepare: dockerd did not start, its last words:"
    tail -n 5 /var/log/reef-dockerd.log
    exit 1
  fi
fi

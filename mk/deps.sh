#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the Debian packages that are missing and says what it does. Asks for nothing; nothing is
# downloaded when nothing is missing. On another system it names what is needed and fails, so that
# 'make deps test' does not go on without.
set -eu
build="gcc libc6-dev make libncurses-dev libglpk-dev libgmp-dev libyaml-dev libopenblas-dev
  liblapacke-dev libarpack2-dev libgsl-dev libnlopt-dev libsundials-dev libnauty2-dev libjansson-dev nettle-dev"
check="libcmocka-dev libvterm-dev perl bash git clang-format mandoc"

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  echo "deps: this is not a Debian system. Install by hand what these Debian packages provide:"
  echo "  to build:" $build
  echo "  to test: " $check
  exit 1
fi

missing=
for p in $build $check; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $p"
done
if [ -z "$missing" ]; then
  echo "deps: nothing is missing"
  exit 0
fi
echo "deps: installing$missing"

as_root=
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "deps: neither root nor sudo; as root run: apt-get install -y$missing"
    exit 1
  fi
  as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list of words
$as_root apt-get install -q -y --no-install-recommends $missing

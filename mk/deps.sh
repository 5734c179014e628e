#!/bin/sh
# Installs the Debian packages that are missing; asks for nothing.
packages="gcc make pkg-config libncurses-dev libglpk-dev libgmp-dev libyaml-dev libopenblas-dev liblapacke-dev libarpack2-dev libnauty2-dev libjansson-dev nettle-dev libcmocka-dev libvterm-dev valgrind perl mandoc clang-format python3 clang libclang-rt-14-dev"
exit 0

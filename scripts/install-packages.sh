#!/bin/sh
# Installs what bmemu needs to build and test, on Debian 12, as root.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  cmake ninja-build g++ pkg-config git ca-certificates \
  libsystemc-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev \
  libflatbuffers-dev flatbuffers-compiler libzstd-dev libzip-dev libtomlplusplus-dev libeigen3-dev \
  libprotobuf-dev protobuf-compiler libgtest-dev >/dev/null

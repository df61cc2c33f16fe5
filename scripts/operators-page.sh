#!/bin/sh
# Runs the ONNX project's backend tests on both chips and writes docs/operators.md. Takes Debian's libonnx-testdata; with
# a folder (site-packages/onnx of PyPI's onnx 1.14) also the node tests of newer operator sets: operators-page.sh [FOLDER]
set -eu
cd "$(dirname "$0")/.."
data=/usr/share/libonnx-testdata/data
suites="debian-1.12-node=$data/node;debian-1.12-pytorch-converted=$data/pytorch-converted;debian-1.12-pytorch-operator=$data/pytorch-operator"
[ $# -eq 0 ] || suites="$suites;pypi-1.14-node=$1/backend/test/data/node"
BMEMU_ONNX_SUITES=$suites BMEMU_OPERATORS_PAGE=docs/operators.md build/bmemu_compile_tests \
  --gtest_filter=OnnxConformance.ThePageIsWrittenWhereAskedFor

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
# Writes tests/harness/golden and what docs/python.ipynb shows anew; review the difference. Usage: tests/harness/update_golden.sh [BUILD_FOLDER]
set -e
cd "$(dirname "$0")/../.."
BMEMU_UPDATE_GOLDEN=1 "${1:-build}/bmemu_harness_tests" --gtest_filter='Golden.*'
PYTHONPATH="${1:-build}/python" python3 tests/python/notebook.py docs/python.ipynb --update
git diff --stat -- tests/harness/golden docs/python.ipynb

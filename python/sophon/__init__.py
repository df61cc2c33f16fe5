# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Stands where applications of the boards look for ``sophon.sail``: here it runs on bmemu's devices."""

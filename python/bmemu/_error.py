# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""The one exception of the package."""


class Error(ValueError):
    """Wrong input: a file, an argument, a program, a chip.

    ``id`` has a paragraph in docs/diagnostics.md (``E-CHIP-KEY``); ``place`` says where, ``value`` what was found there,
    ``legal`` what would have been accepted (empty when there is nothing to list).
    """

    def __init__(self, message: str, id: str = "", place: str = "", value: str = "", legal: str = "") -> None:
        super().__init__(message)
        self.id = id
        self.place = place
        self.value = value
        self.legal = legal

    def __reduce__(self):  # so that it crosses processes
        return type(self), (self.args[0], self.id, self.place, self.value, self.legal)

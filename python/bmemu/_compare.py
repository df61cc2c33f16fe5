# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Why one run takes longer than another."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any, Optional

from bmemu import _bmemu
from bmemu._result import Path, Result, table


class Comparison:
    """Made by :func:`bmemu.compare`. Printing it gives the text of ``bmemu compare``."""

    def __init__(self, compared: "_bmemu.Comparison") -> None:
        self._compared = compared
        self._document: Optional[dict[str, Any]] = None

    @property
    def document(self) -> dict[str, Any]:
        """Everything (schema ``bmemu.compare/1``, docs/compare.md)."""
        if self._document is None:
            self._document = json.loads(self._compared.json)
        return self._document

    @property
    def delta_ms(self) -> float:
        """By how much B takes longer; negative: less long."""
        return self.document["delta_ms"]

    @property
    def causes(self) -> Any:
        """Causes, which sum to the difference: ``class``, ``text``, ``delta_ms``, ``layers``. A DataFrame with pandas."""
        columns = ["class", "text", "delta_ms", "layers"]
        return table([{column: cause[column] for column in columns} for cause in self.document["causes"]], columns)

    def write_report(self, path: Path) -> None:
        """One HTML page: waterfall, causes, both timelines, layers side by side."""
        self._compared.write_page(os.fspath(path))

    def write_markdown(self, path: Path) -> None:
        """A table to paste into an issue."""
        pathlib.Path(path).write_text(self._compared.markdown)

    def __str__(self) -> str:
        return self._compared.text

    def __repr__(self) -> str:
        return f"<bmemu.Comparison {self._compared.text.splitlines()[0]}>"


def compare(a: Result, b: Result) -> Comparison:
    """Why run ``b`` takes longer (or less long) than run ``a``: of two programs, or of one on two chips.

    >>> print(bmemu.compare(program.run(), program.run(set={"ddr.controllers": 2})))
    """
    return Comparison(_bmemu.compare(a._run, b._run))

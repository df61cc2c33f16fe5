# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""A cycle-approximate emulator of Sophgo's BM1684 and BM1684X, as a library.

>>> import bmemu
>>> program = bmemu.load("resnet50.bmodel")
>>> print(program.run())                                     # how long, and why
>>> program.time(set={"ddr.rate_mt_per_s": 3200})            # milliseconds on another chip
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Optional

from bmemu import _bmemu
from bmemu._compare import Comparison, compare
from bmemu._error import Error
from bmemu._program import Inputs, Program, Settings, Tensor, compile, info, load, settings_of  # noqa: A004
from bmemu._result import Result

__all__ = [
    "Comparison", "Error", "Inputs", "Product", "Program", "Result", "Settings", "Tensor", "chip", "chips", "compare",
    "compile", "info", "load", "products",
]
__version__: str = _bmemu.version


class Product(NamedTuple):
    """A board or box: ``chips`` of a kind with its clocks and memory. All parameters are per chip."""

    name: str
    chip: str
    chips: int
    is_default: bool  #: what the chip stands for when no product is named
    summary: str


def chips() -> list[str]:
    """Names of the built-in chips."""
    return _bmemu.chip_names()


def products() -> list[Product]:
    """The built-in products."""
    return [Product(*fields) for fields in _bmemu.products()]


def chip(name: str = "", *, product: Optional[str] = None, set: Optional[Settings] = None) -> dict[str, Any]:  # noqa: A002
    """Every number of a chip: key -> ``value``, ``unit``, ``provenance``, ``source`` and ``set_by``.

    :raises bmemu.Error: E-CHIP-NAME, E-CHIP-KEY, E-CHIP-RANGE ...
    """
    return json.loads(_bmemu.chip_json(name, product or "", settings_of(set)))["parameters"]

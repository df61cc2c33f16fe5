# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Enums and errors."""

from __future__ import annotations

import enum

import numpy as np


class Dtype(enum.IntEnum):
    """Element types; the numbers are those of BModels."""

    BM_FLOAT32 = 0
    BM_FLOAT16 = 1
    BM_INT8 = 2
    BM_UINT8 = 3
    BM_INT16 = 4
    BM_UINT16 = 5
    BM_INT32 = 6
    BM_UINT32 = 7
    BM_BFLOAT16 = 8


class IOMode(enum.IntEnum):
    """Where an engine takes inputs from and leaves outputs: the host's memory (SYS) or the device's (DEV)."""

    SYSI = 0  #: inputs on the host, outputs on the device
    SYSO = 1
    SYSIO = 2
    DEVIO = 3


class ImgDtype(enum.IntEnum):
    """Element types of images."""

    DATA_TYPE_EXT_FLOAT32 = 0
    DATA_TYPE_EXT_1N_BYTE = 1
    DATA_TYPE_EXT_4N_BYTE = 2
    DATA_TYPE_EXT_1N_BYTE_SIGNED = 3
    DATA_TYPE_EXT_4N_BYTE_SIGNED = 4


class LogLevel(enum.IntEnum):
    TRACE = 0
    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4
    CRITICAL = 5
    OFF = 6


class BmrtFlag(enum.IntFlag):
    BM_RUNTIME_AUTO = 0
    BM_RUNTIME_SHARE_MEM = 1


class SailRuntimeError(RuntimeError):
    """The device refused. The line on standard error says why, and whose matter it is (docs/runtime.md)."""


class SailDeviceError(SailRuntimeError):
    """No such device."""


class SailTensorError(SailRuntimeError):
    """A tensor that cannot be made or used so."""


class SailEngineError(SailRuntimeError):
    """A BModel that cannot be loaded or run, or inputs that do not fit it."""


class SailBmcvError(SailRuntimeError):
    """What an image processor of the boards would do, and bmemu does not."""


FLOATS = (Dtype.BM_FLOAT32, Dtype.BM_FLOAT16, Dtype.BM_BFLOAT16)

#: How NumPy holds an element. bf16 has no type of its own there: its 16 bits are told as they are.
NUMPY_TYPES = {
    Dtype.BM_FLOAT32: np.dtype(np.float32),
    Dtype.BM_FLOAT16: np.dtype(np.uint16),
    Dtype.BM_INT8: np.dtype(np.int8),
    Dtype.BM_UINT8: np.dtype(np.uint8),
    Dtype.BM_INT16: np.dtype(np.int16),
    Dtype.BM_UINT16: np.dtype(np.uint16),
    Dtype.BM_INT32: np.dtype(np.int32),
    Dtype.BM_UINT32: np.dtype(np.uint32),
    Dtype.BM_BFLOAT16: np.dtype(np.uint16),
}

#: What an array's type makes of a tensor; other arrays are converted to float32.
TYPES_OF_ARRAYS = {
    np.dtype(np.float32): Dtype.BM_FLOAT32,
    np.dtype(np.float16): Dtype.BM_FLOAT16,
    np.dtype(np.int8): Dtype.BM_INT8,
    np.dtype(np.uint8): Dtype.BM_UINT8,
    np.dtype(np.int16): Dtype.BM_INT16,
    np.dtype(np.uint16): Dtype.BM_UINT16,
    np.dtype(np.int32): Dtype.BM_INT32,
    np.dtype(np.uint32): Dtype.BM_UINT32,
}


def to_floats(elements: np.ndarray, dtype: Dtype) -> np.ndarray:
    """Elements as NUMPY_TYPES has them, as float32."""
    if dtype == Dtype.BM_FLOAT16:
        return elements.view(np.float16).astype(np.float32)
    if dtype == Dtype.BM_BFLOAT16:
        return (elements.astype(np.uint32) << 16).view(np.float32)
    return elements.astype(np.float32)


def from_floats(values: np.ndarray, dtype: Dtype) -> np.ndarray:
    """float32 rounded to the nearest element (ties to even); integers saturate."""
    if dtype == Dtype.BM_FLOAT32:
        return values.astype(np.float32)
    if dtype == Dtype.BM_FLOAT16:
        return values.astype(np.float16).view(np.uint16)
    if dtype == Dtype.BM_BFLOAT16:
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.uint64)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        return np.where(np.isnan(values), 0x7FC0, rounded).astype(np.uint16)
    wanted = NUMPY_TYPES[dtype]
    limits = np.iinfo(wanted)
    return np.clip(np.rint(values.astype(np.float64)), limits.min, limits.max).astype(wanted)

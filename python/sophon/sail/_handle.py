# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Devices."""

from __future__ import annotations

import ctypes

from sophon.sail._library import bmlib, byref
from sophon.sail._types import LogLevel, SailDeviceError, SailRuntimeError

_TARGETS = {0x1684: "BM1684", 0x1686: "BM1684X"}


class Handle:
    """An open device. ``tpu_id`` counts from 0.

    :raises SailDeviceError: there is no such device.
    """

    def __init__(self, tpu_id: int) -> None:
        self._pointer = ctypes.c_void_p()
        if bmlib.bm_dev_request(byref(self._pointer), tpu_id) != 0:
            self._pointer = ctypes.c_void_p()
            raise SailDeviceError(f"device {tpu_id} cannot be opened")
        self._id = tpu_id
        self._close = bmlib.bm_dev_free

    def __del__(self) -> None:
        if getattr(self, "_pointer", None):
            self._close(self._pointer)

    @property
    def pointer(self) -> ctypes.c_void_p:
        """What the C interface wants."""
        return self._pointer

    def get_device_id(self) -> int:
        return self._id

    def get_sn(self) -> str:
        text = ctypes.create_string_buffer(64)
        require(bmlib.bm_get_sn(self._pointer, text), "bm_get_sn")
        return text.value.decode()

    def get_target(self) -> str:
        """BM1684 or BM1684X."""
        chip = ctypes.c_uint()
        require(bmlib.bm_get_chipid(self._pointer, byref(chip)), "bm_get_chipid")
        return _TARGETS.get(chip.value, f"0x{chip.value:x}")


def require(status: int, function: str, error: type[SailRuntimeError] = SailRuntimeError) -> None:
    """:raises SailRuntimeError: (or ``error``) unless the status is "ok"."""
    if status != 0:
        raise error(f"{function}: status {status}")


def get_available_tpu_num() -> int:
    """The number of devices."""
    count = ctypes.c_int()
    require(bmlib.bm_dev_getcount(byref(count)), "bm_dev_getcount", SailDeviceError)
    return count.value


def _no_sensor(what: str):
    raise SailDeviceError(f"an emulated device has no {what}")


def get_board_temp(dev_id: int) -> int:
    """:raises SailDeviceError: always."""
    return _no_sensor("board temperature")


def get_chip_temp(dev_id: int) -> int:
    """:raises SailDeviceError: always."""
    return _no_sensor("chip temperature")


def get_dev_stat(dev_id: int) -> list[int]:
    """:raises SailDeviceError: always."""
    return _no_sensor("statistics of memory and use")


def get_tpu_util(dev_id: int) -> int:
    """:raises SailDeviceError: always."""
    return _no_sensor("usage counter")


def set_print_flag(print_flag: bool) -> int:
    """Times of this computer say nothing about a chip: nothing is printed."""
    return 0


def set_dump_io_flag(dump_io_flag: bool) -> int:
    """Nothing is dumped: `bmemu with --report` keeps what was launched."""
    return 0


def set_loglevel(loglevel: LogLevel) -> int:
    """Errors are exceptions, and lines of the libraries on standard error."""
    return 0

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""libbmlib and libbmrt: the functions and structs that are called here. Layouts: runtime/interface/abi.h."""

from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, Structure, byref, c_bool, c_char_p, c_float, c_int, c_size_t, c_uint, c_uint64, c_void_p

MOST_DIMENSIONS = 8
MEMORY_MASK = 7  #: any heap


class Memory(Structure):
    _fields_ = [
        ("address", c_uint64),
        ("reserved", ctypes.c_uint32),
        ("dmabuf", ctypes.c_int32),
        ("flags", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
    ]


class Shape(Structure):
    _fields_ = [("count", c_int), ("size", c_int * MOST_DIMENSIONS)]

    def sizes(self) -> list[int]:
        return list(self.size[: self.count])

    @classmethod
    def of(cls, sizes) -> Shape:
        shape = cls()
        shape.count = len(sizes)
        for i, size in enumerate(sizes):
            shape.size[i] = int(size)
        return shape


class DeviceTensor(Structure):
    _fields_ = [("dtype", c_int), ("shape", Shape), ("memory", Memory), ("mode", c_int)]


class Stage(Structure):
    _fields_ = [
        ("input_shapes", POINTER(Shape)),
        ("output_shapes", POINTER(Shape)),
        ("input_memories", POINTER(Memory)),
        ("output_memories", POINTER(Memory)),
    ]


class Network(Structure):
    _fields_ = [
        ("name", c_char_p),
        ("is_dynamic", c_bool),
        ("input_count", c_int),
        ("input_names", POINTER(c_char_p)),
        ("input_types", POINTER(c_int)),
        ("input_scales", POINTER(c_float)),
        ("output_count", c_int),
        ("output_names", POINTER(c_char_p)),
        ("output_types", POINTER(c_int)),
        ("output_scales", POINTER(c_float)),
        ("stage_count", c_int),
        ("stages", POINTER(Stage)),
    ]


_BMLIB = {
    "bm_dev_request": (c_int, [POINTER(c_void_p), c_int]),
    "bm_dev_free": (None, [c_void_p]),
    "bm_dev_getcount": (c_int, [POINTER(c_int)]),
    "bm_get_chipid": (c_int, [c_void_p, POINTER(c_uint)]),
    "bm_malloc_device_byte_heap_mask": (c_int, [c_void_p, POINTER(Memory), c_int, c_uint]),
    "bm_free_device": (None, [c_void_p, Memory]),
    "bm_memcpy_s2d_partial_offset": (c_int, [c_void_p, Memory, c_void_p, c_uint, c_uint]),
    "bm_memcpy_d2s_partial_offset": (c_int, [c_void_p, c_void_p, Memory, c_uint, c_uint]),
    "bm_memcpy_d2d_byte": (c_int, [c_void_p, Memory, c_size_t, Memory, c_size_t, c_size_t]),
    "bm_memset_device_ext": (c_int, [c_void_p, c_void_p, c_int, Memory]),
    "bm_thread_sync": (c_int, [c_void_p]),
    "bm_get_board_name": (c_int, [c_void_p, c_char_p]),
    "bm_get_sn": (c_int, [c_void_p, c_char_p]),
}
_BMRT = {
    "bmrt_create": (c_void_p, [c_void_p]),
    "bmrt_destroy": (None, [c_void_p]),
    "bmrt_load_bmodel": (c_bool, [c_void_p, c_char_p]),
    "bmrt_load_bmodel_data": (c_bool, [c_void_p, c_char_p, c_size_t]),
    "bmrt_get_network_number": (c_int, [c_void_p]),
    "bmrt_get_network_names": (None, [c_void_p, POINTER(POINTER(c_char_p))]),
    "bmrt_get_network_info": (POINTER(Network), [c_void_p, c_char_p]),
    "bmrt_launch_tensor_ex": (
        c_bool,
        [c_void_p, c_char_p, POINTER(DeviceTensor), c_int, POINTER(DeviceTensor), c_int, c_bool, c_bool],
    ),
}


def _loaded(name: str):
    """The library of this name if the process has it already (LD_PRELOAD)."""
    try:
        return ctypes.CDLL(name, mode=os.RTLD_NOLOAD | os.RTLD_GLOBAL)
    except OSError:
        return None


def _load(name: str, file: str) -> ctypes.CDLL:
    library = _loaded(name)
    if library is not None:
        return library
    here = pathlib.Path(os.path.abspath(__file__))
    # BUILD/python/sophon/sail beside BUILD/lib; LIB/bmemu/python/sophon/sail beside LIB/bmemu.
    for folder in (here.parents[3] / "lib", here.parents[3]):
        if (folder / file).exists():
            return ctypes.CDLL(str(folder / file), mode=os.RTLD_NOW | os.RTLD_GLOBAL)
    try:
        return ctypes.CDLL(name, mode=os.RTLD_NOW | os.RTLD_GLOBAL)
    except OSError as error:
        raise ImportError(f"{name} is neither beside this package nor where the system looks: {error}") from error


def _declare(library: ctypes.CDLL, functions: dict) -> ctypes.CDLL:
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


bmlib = _declare(_load("libbmlib.so.0", "libbmlib.so.0"), _BMLIB)
bmrt = _declare(_load("libbmrt.so.1.0", "bmrt/libbmrt.so.1.0"), _BMRT)
free = _declare(ctypes.CDLL(None), {"free": (None, [c_void_p])}).free

__all__ = ["DeviceTensor", "Memory", "Network", "Shape", "bmlib", "bmrt", "byref", "free"]

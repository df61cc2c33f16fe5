# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Networks on emulated devices, by the names that applications of the boards use.

>>> import sophon.sail as sail
>>> net = sail.Engine("resnet50.bmodel", 0, sail.IOMode.SYSIO)
>>> graph = net.get_graph_names()[0]
>>> outputs = net.process(graph, {net.get_input_names(graph)[0]: image})   # name -> float32 array

Pure Python and NumPy over libbmrt and libbmlib (docs/runtime.md). Which devices there are, and whether values are
computed, is told as for any other program of the boards: ``BMEMU_DEVICES``, ``BMEMU_MODE``, or ``bmemu with --sail``.
Waiting for a device releases the interpreter, so that threads may use several.
"""

from sophon.sail._bmcv import Bmcv
from sophon.sail._engine import Engine, MultiEngine
from sophon.sail._handle import (
    Handle,
    get_available_tpu_num,
    get_board_temp,
    get_chip_temp,
    get_dev_stat,
    get_tpu_util,
    set_dump_io_flag,
    set_loglevel,
    set_print_flag,
)
from sophon.sail._tensor import Tensor, argmax, argmin
from sophon.sail._types import (
    BmrtFlag,
    Dtype,
    ImgDtype,
    IOMode,
    LogLevel,
    SailBmcvError,
    SailDeviceError,
    SailEngineError,
    SailRuntimeError,
    SailTensorError,
)

# The enums' values are names of the module too.
BM_FLOAT32, BM_FLOAT16, BM_BFLOAT16 = Dtype.BM_FLOAT32, Dtype.BM_FLOAT16, Dtype.BM_BFLOAT16
BM_INT8, BM_UINT8, BM_INT16, BM_UINT16 = Dtype.BM_INT8, Dtype.BM_UINT8, Dtype.BM_INT16, Dtype.BM_UINT16
BM_INT32, BM_UINT32 = Dtype.BM_INT32, Dtype.BM_UINT32
SYSI, SYSO, SYSIO, DEVIO = IOMode.SYSI, IOMode.SYSO, IOMode.SYSIO, IOMode.DEVIO

__version__ = "bmemu"

__all__ = [
    "Bmcv",
    "BmrtFlag",
    "Dtype",
    "Engine",
    "Handle",
    "IOMode",
    "ImgDtype",
    "LogLevel",
    "MultiEngine",
    "SailBmcvError",
    "SailDeviceError",
    "SailEngineError",
    "SailRuntimeError",
    "SailTensorError",
    "Tensor",
    "argmax",
    "argmin",
    "get_available_tpu_num",
    "get_board_temp",
    "get_chip_temp",
    "get_dev_stat",
    "get_tpu_util",
    "set_dump_io_flag",
    "set_loglevel",
    "set_print_flag",
]

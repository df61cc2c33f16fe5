# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Tensors in the host's memory, the device's, or both."""

from __future__ import annotations

import math
from typing import Optional, Sequence

import numpy as np

from sophon.sail._handle import Handle, require
from sophon.sail._library import MEMORY_MASK, DeviceTensor, Memory, Shape, bmlib, byref
from sophon.sail._types import NUMPY_TYPES, TYPES_OF_ARRAYS, Dtype, SailTensorError, from_floats, to_floats


class _Buffer:
    """Device memory with an owner."""

    def __init__(self, handle: Handle, nbytes: int) -> None:
        self.handle = handle
        self.memory = Memory()
        self._free = bmlib.bm_free_device
        status = bmlib.bm_malloc_device_byte_heap_mask(handle.pointer, byref(self.memory), MEMORY_MASK, nbytes)
        if status != 0:
            self._free = None
        require(status, "bm_malloc_device_byte_heap_mask")

    def __del__(self) -> None:
        if getattr(self, "_free", None):
            self._free(self.handle.pointer, self.memory)


def _elements_of(data) -> tuple[np.ndarray, Dtype]:
    """An array in C order, as NUMPY_TYPES has it."""
    array = np.asarray(data)
    if array.ndim == 0:
        raise SailTensorError("a tensor has one dimension at least")
    dtype = TYPES_OF_ARRAYS.get(array.dtype, Dtype.BM_FLOAT32)
    array = np.ascontiguousarray(array, np.float32 if dtype == Dtype.BM_FLOAT32 else array.dtype)
    return array.view(NUMPY_TYPES[dtype]), dtype


class Tensor:
    """``Tensor(handle, array)``, ``Tensor(handle, array, own_sys_data, own_dev_data=True)``: a copy of an array.

    ``Tensor(handle, shape, dtype, own_sys_data=False, own_dev_data=False)``: zeros on the host, undefined on the
    device. ``Tensor(tensor, [(begin, end), ...])``: a copy of a part, on the device, of one or two dimensions.
    ``Tensor(tensor, shape, offset, no_copy=True)``: ``offset`` elements into another tensor's device memory.
    f16 and bf16 are told as 16-bit numbers (NumPy's ``view(np.float16)``).

    :raises SailTensorError: arguments that make no tensor. :raises SailRuntimeError: no device memory is left.
    """

    def __init__(self, first, second=None, third=None, fourth=None, fifth=None, **named) -> None:
        names = {"handle": 0, "tensor": 0, "src": 0, "data": 1, "shape": 1, "ranges": 1, "dtype": 2, "offset": 2}
        given = [first, second, third, fourth, fifth]
        for name in list(named):
            if name in names:
                given[names[name]] = named.pop(name)
        self._host: Optional[np.ndarray] = None  #: flat
        self._buffer: Optional[_Buffer] = None
        self._offset = 0  #: bytes into the buffer
        first, second, third, fourth, fifth = given
        if isinstance(first, Tensor):
            if third is None or isinstance(third, bool):
                self._make_part(first, second)
            else:
                self._make_view(first, second, int(third), named.get("no_copy", fourth is None or bool(fourth)))
        elif not isinstance(first, Handle):
            raise SailTensorError(f"a Handle or Tensor is wanted first, not {type(first).__name__}")
        elif isinstance(second, np.ndarray):
            self._make_copy(
                first,
                second,
                bool(named.get("own_sys_data", True if third is None else third)),
                bool(named.get("own_dev_data", True if fourth is None else fourth)),
            )
        else:
            self._make_new(
                first, second, Dtype(third), named.get("own_sys_data", fourth), named.get("own_dev_data", fifth)
            )

    def _make_copy(self, handle: Handle, data: np.ndarray, own_sys: bool, own_dev: bool) -> None:
        elements, self._dtype = _elements_of(data)
        self._handle, self._shape = handle, list(elements.shape)
        if not own_sys and not own_dev:
            raise SailTensorError("a tensor needs memory on the host or on the device")
        if own_dev:
            self._buffer = _Buffer(handle, elements.nbytes)
            self._write(elements.reshape(-1), 0)
        if own_sys:
            self._host = elements.reshape(-1).copy()

    def _make_new(self, handle: Handle, shape: Sequence[int], dtype: Dtype, own_sys, own_dev) -> None:
        self._handle, self._dtype = handle, dtype
        self._shape = [int(size) for size in shape]
        if not self._shape or min(self._shape) <= 0:
            raise SailTensorError(f"no shape of a tensor: {self._shape}")
        if own_dev:
            self._buffer = _Buffer(handle, self.nbytes())
        if own_sys:
            self._host = np.zeros(self.size(), NUMPY_TYPES[dtype])

    def _make_part(self, source: Tensor, ranges) -> None:
        if not 1 <= len(source._shape) <= 2 or len(ranges) != len(source._shape):
            raise SailTensorError("parts are of tensors of one or two dimensions, with a range for each")
        for (begin, end), size in zip(ranges, source._shape):
            if not 0 <= begin < end <= size:
                raise SailTensorError(f"range {begin}..{end} of {size}")
        self._make_new(source._handle, [end - begin for begin, end in ranges], source._dtype, False, True)
        row, from_row = self._shape[-1], source._shape[-1]
        first_column = ranges[-1][0]
        for i in range(self.size() // row):
            line = i + (ranges[0][0] if len(ranges) == 2 else 0)
            self.sync_d2d(source, line * from_row + first_column, i * row, row)

    def _make_view(self, source: Tensor, shape: Sequence[int], offset: int, no_copy: bool) -> None:
        source._device()
        count = math.prod(shape)
        if offset < 0 or offset + count > source.size():
            raise SailTensorError(f"elements {offset}..{offset + count} of {source.size()}")
        if no_copy:
            self._handle, self._dtype, self._shape = source._handle, source._dtype, [int(size) for size in shape]
            self._buffer, self._offset = source._buffer, source._offset + offset * source.element_size()
        else:
            self._make_new(source._handle, shape, source._dtype, False, True)
            self.sync_d2d(source, offset, 0, count)

    # What it is.

    def shape(self) -> list[int]:
        return list(self._shape)

    def dtype(self) -> Dtype:
        return self._dtype

    def size(self) -> int:
        """Elements."""
        return math.prod(self._shape)

    def element_size(self) -> int:
        """Bytes of an element."""
        return NUMPY_TYPES[self._dtype].itemsize

    def nbytes(self) -> int:
        return self.size() * self.element_size()

    def device_id(self) -> int:
        return self._handle.get_device_id()

    def own_sys_data(self) -> bool:
        return self._host is not None

    def own_dev_data(self) -> bool:
        return self._buffer is not None

    is_sys_data_valid = own_sys_data
    is_dev_data_valid = own_dev_data

    def __len__(self) -> int:
        return self.size()

    def __getitem__(self, index: int):
        if not 0 <= index < self.size():
            raise IndexError(index)
        return self._system()[index].item()

    def reshape(self, shape: Sequence[int]) -> None:
        """Another shape; more memory where the tensor needs it, and then undefined contents."""
        previous = self.size()
        self._shape = [int(size) for size in shape]
        if self._host is not None and self.size() > self._host.size:
            self._host = np.zeros(self.size(), NUMPY_TYPES[self._dtype])
        if self._buffer is not None and self.size() > previous and self.nbytes() > self._room():
            self._buffer, self._offset = _Buffer(self._handle, self.nbytes()), 0

    # Contents.

    def asnumpy(self, shape: Optional[Sequence[int]] = None) -> np.ndarray:
        """A copy: of the host's memory where there is one, else of the device's. ``shape``: of as many elements or
        less."""
        wanted = self._shape if shape is None else [int(size) for size in shape]
        count = math.prod(wanted)
        if count > self.size():
            raise SailTensorError(f"{count} elements of a tensor of {self.size()}")
        if self._host is not None:
            return self._host[:count].copy().reshape(wanted)
        return self._read(0, count).reshape(wanted)

    def update_data(self, data: np.ndarray) -> None:
        """Puts an array of the same shape and type on the host where the tensor has memory there, else on the device.

        :raises SailTensorError: another shape, or elements of another size.
        """
        array = np.ascontiguousarray(data)
        if list(array.shape) != self._shape:
            raise SailTensorError(f"shape {list(array.shape)} for a tensor of {self._shape}")
        wanted = NUMPY_TYPES[self._dtype]
        is_half = self._dtype in (Dtype.BM_FLOAT16, Dtype.BM_BFLOAT16) and array.dtype.itemsize == wanted.itemsize
        if array.dtype != wanted and not is_half:
            raise SailTensorError(f"an array of {array.dtype} for a tensor of {self._dtype.name}")
        self._put(array.view(wanted).reshape(-1))

    def scale_from(self, data: np.ndarray, scale: float) -> None:
        """float32 values times ``scale``, rounded to the tensor's elements, into the host's memory (else the device's).
        """
        values = np.ascontiguousarray(data, np.float32).reshape(-1)
        if values.size > self.size():
            raise SailTensorError(f"{values.size} values for a tensor of {self.size()}")
        self._put(from_floats(values * np.float32(scale), self._dtype))

    def scale_to(self, scale: float, shape: Optional[Sequence[int]] = None) -> np.ndarray:
        """The elements times ``scale``, as float32."""
        return to_floats(self.asnumpy(shape), self._dtype) * np.float32(scale)

    def memory_set(self, value) -> None:
        """Every element to one value, on the host and on the device."""
        elements = from_floats(np.asarray([value], np.float64), self._dtype)
        if self._host is not None:
            self._host[:] = elements[0]
        if self._buffer is not None:
            memory = self._memory()
            size = elements.itemsize
            require(
                bmlib.bm_memset_device_ext(self._handle.pointer, elements.ctypes.data, size, memory), "bm_memset_device_ext"
            )

    def zeros(self) -> None:
        self.memory_set(0)

    def ones(self) -> None:
        self.memory_set(1)

    def dump_data(self, file_name: str, bin: bool = False) -> None:  # noqa: A002
        """Writes the elements: as they are in memory (``bin``), or as text, a line for the last dimension."""
        elements = self.asnumpy()
        if bin:
            elements.tofile(file_name)
        else:
            np.savetxt(file_name, elements.reshape(-1, self._shape[-1]), fmt="%g")

    def pysys_data(self) -> np.ndarray:
        """The address of the host's memory."""
        return np.asarray([self._system().ctypes.data], np.int64)

    # Between host and device. Offsets and lengths count elements.

    def sync_s2d(self, source=None, offset_src: int = 0, offset_dst: int = 0, length: int = 0) -> None:
        """``sync_s2d()``, ``sync_s2d(bytes)``: own memory, host to device; ``sync_s2d(tensor, from, to, n)``."""
        if isinstance(source, Tensor):
            self._write(self._slice(source._system(), offset_src, length), offset_dst)
        else:
            self._write(self._system()[: self._count(source)], 0)

    def sync_d2s(self, source=None, offset_src: int = 0, offset_dst: int = 0, length: int = 0) -> None:
        """``sync_d2s()``, ``sync_d2s(bytes)``: own memory, device to host; ``sync_d2s(tensor, from, to, n)``."""
        if isinstance(source, Tensor):
            self._slice(self._system(), offset_dst, length)[:] = source._read(offset_src, length)
        else:
            count = self._count(source)
            self._system()[:count] = self._read(0, count)

    def sync_d2d(self, source: Tensor, offset_src: int, offset_dst: int, length: int) -> None:
        """Elements of another tensor's device memory, by the device."""
        if source._dtype != self._dtype:
            raise SailTensorError(f"{source._dtype.name} into a tensor of {self._dtype.name}")
        unit = self.element_size()
        require(
            bmlib.bm_memcpy_d2d_byte(
                self._handle.pointer, self._memory(), offset_dst * unit, source._memory(), offset_src * unit, length * unit
            ),
            "bm_memcpy_d2d_byte",
        )

    def sync_d2d_stride(self, source: Tensor, stride_src: int, stride_dst: int, count: int) -> None:
        """``count`` elements, each so many elements behind the one before."""
        for i in range(count):
            self.sync_d2d(source, i * stride_src, i * stride_dst, 1)

    # For launches.

    def device_tensor(self, shape: Optional[Sequence[int]] = None) -> DeviceTensor:
        """As the C interface wants it."""
        tensor = DeviceTensor()
        tensor.dtype = int(self._dtype)
        tensor.shape = Shape.of(self._shape if shape is None else shape)
        tensor.memory = self._memory()
        return tensor

    def _device(self) -> _Buffer:
        if self._buffer is None:
            raise SailTensorError("the tensor has no memory on the device")
        return self._buffer

    def _system(self) -> np.ndarray:
        if self._host is None:
            raise SailTensorError("the tensor has no memory on the host")
        return self._host

    def _room(self) -> int:
        return self._device().memory.size - self._offset

    def _memory(self) -> Memory:
        whole = self._device().memory
        return Memory(whole.address + self._offset, whole.reserved, whole.dmabuf, whole.flags, whole.size - self._offset)

    def _count(self, nbytes: Optional[int]) -> int:
        return self.size() if nbytes is None else nbytes // self.element_size()

    @staticmethod
    def _slice(elements: np.ndarray, offset: int, length: int) -> np.ndarray:
        if offset < 0 or offset + length > elements.size:
            raise SailTensorError(f"elements {offset}..{offset + length} of {elements.size}")
        return elements[offset : offset + length]

    def _put(self, elements: np.ndarray) -> None:
        if self._host is not None:
            self._host[: elements.size] = elements
        else:
            self._write(elements, 0)

    def _write(self, elements: np.ndarray, offset: int) -> None:
        flat = np.ascontiguousarray(elements)
        if flat.size == 0:
            return
        status = bmlib.bm_memcpy_s2d_partial_offset(
            self._handle.pointer, self._memory(), flat.ctypes.data, flat.nbytes, offset * self.element_size()
        )
        require(status, "bm_memcpy_s2d_partial_offset")

    def _read(self, offset: int, count: int) -> np.ndarray:
        elements = np.empty(count, NUMPY_TYPES[self._dtype])
        if count != 0:
            status = bmlib.bm_memcpy_d2s_partial_offset(
                self._handle.pointer, elements.ctypes.data, self._memory(), elements.nbytes, offset * self.element_size()
            )
            require(status, "bm_memcpy_d2s_partial_offset")
        return elements


def argmax(tensor: Tensor) -> int:
    """The index of the largest element, counted through all dimensions."""
    return int(np.argmax(to_floats(tensor.asnumpy(), tensor.dtype())))


def argmin(tensor: Tensor) -> int:
    """The index of the smallest element."""
    return int(np.argmin(to_floats(tensor.asnumpy(), tensor.dtype())))

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""The image processor: its blocks are not emulated; what is a table is answered."""

from __future__ import annotations

from sophon.sail._handle import Handle
from sophon.sail._types import Dtype, ImgDtype, SailBmcvError

_IMAGE_TYPES = {
    Dtype.BM_FLOAT32: ImgDtype.DATA_TYPE_EXT_FLOAT32,
    Dtype.BM_INT8: ImgDtype.DATA_TYPE_EXT_1N_BYTE_SIGNED,
    Dtype.BM_UINT8: ImgDtype.DATA_TYPE_EXT_1N_BYTE,
}


class Bmcv:
    """Of a device. Applications that prepare images with OpenCV ask it for the types of images only."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def get_bm_image_data_format(self, dtype: Dtype) -> ImgDtype:
        """The type of images for a tensor's.

        :raises SailBmcvError: images have no such type.
        """
        try:
            return _IMAGE_TYPES[Dtype(dtype)]
        except KeyError:
            raise SailBmcvError(f"images have no type for {Dtype(dtype).name}") from None

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise SailBmcvError(f"Bmcv.{name}: the image processor of the boards is not emulated; use OpenCV or NumPy")

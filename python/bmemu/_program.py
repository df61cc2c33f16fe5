# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Programs: opened once, run and timed as often as wanted."""

from __future__ import annotations

import itertools
import json
import os
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple, Optional, Sequence, Union

from bmemu import _bmemu
from bmemu._error import Error
from bmemu._result import Path, Result, table

if TYPE_CHECKING:
    import numpy as np

Settings = Mapping[str, Union[int, float, str]]
Inputs = Union[str, "np.ndarray", Mapping[str, Any]]


class Tensor(NamedTuple):
    """An input or output; a quantised one holds (value / scale) + zero_point."""

    name: str
    dtype: str  #: "f32", "si8" ...
    shape: list[int]
    scale: float
    zero_point: int


def settings_of(settings: Optional[Settings]) -> list[str]:
    return [f"{key}={value}" for key, value in (settings or {}).items()]


class Program:
    """A compiled program. Made by :func:`bmemu.load`; never changes."""

    def __init__(self, program: "_bmemu.Program") -> None:
        self._program = program

    @property
    def source(self) -> str:
        """Its file."""
        return self._program.source

    @property
    def chip(self) -> str:
        """The family that its commands are for: "bm1684" or "bm1684x"."""
        return self._program.family

    @property
    def network(self) -> str:
        return self._program.network

    @property
    def stage(self) -> int:
        return self._program.stage

    @property
    def batch(self) -> int:
        return self._program.batch

    @property
    def inputs(self) -> list[Tensor]:
        return [Tensor(*fields) for fields in self._program.inputs]

    @property
    def outputs(self) -> list[Tensor]:
        return [Tensor(*fields) for fields in self._program.outputs]

    @property
    def layer_map(self) -> Optional[str]:
        """The file that says which commands belong to which layer; None without one (and for models)."""
        return self._program.layer_map or None

    @property
    def notes(self) -> list[str]:
        """What was found while loading: layer maps that do not fit, parts that are left out."""
        return self._program.notes

    def run(
        self,
        inputs: Optional[Inputs] = None,
        *,
        chip: Optional[str] = None,
        product: Optional[str] = None,
        set: Optional[Settings] = None,  # noqa: A002, the option's name
        io_copies: bool = True,
        fast_float: bool = False,
    ) -> Result:
        """Runs the program.

        :param inputs: computes values too: a dict of arrays by input name, one array for one input, the path of an .npz
            or .npy file, or "random:SEED". None: times alone, with everything but ``outputs``.
        :param chip: a name of :func:`bmemu.chips` or a chip file (.toml); None: the program's own.
        :param product: a name of :func:`bmemu.products`.
        :param set: parameters of the chip to change: ``{"ddr.rate_mt_per_s": 3200}``.
        :param io_copies: with the copies of inputs and outputs that the firmware makes.
        :param fast_float: sums of products of floats by a library: faster, the last bits may differ.
        :raises bmemu.Error: wrong inputs (E-TENSOR-...), a chip that cannot be (E-CHIP-...).

        Other Python threads go on while it runs; runs of several threads wait for each other.
        """
        if isinstance(inputs, os.PathLike):
            inputs = os.fspath(inputs)
        if isinstance(inputs, Mapping):
            inputs = dict(inputs)
        return Result(self._program.run(inputs, chip or "", product or "", settings_of(set), io_copies, fast_float))

    def time(
        self,
        *,
        chip: Optional[str] = None,
        product: Optional[str] = None,
        set: Optional[Settings] = None,  # noqa: A002
        io_copies: bool = True,
    ) -> float:
        """Milliseconds of a run and nothing else: for sweeps. About a millisecond of CPU for 1,500 commands."""
        return self._program.time_ps(chip or "", product or "", settings_of(set), io_copies) / 1e9

    def sweep(
        self,
        vary: Mapping[str, Sequence[Union[int, float, str]]],
        *,
        chip: Optional[str] = None,
        product: Optional[str] = None,
        set: Optional[Settings] = None,  # noqa: A002
        io_copies: bool = True,
    ) -> Any:
        """Times of every combination of the chip's parameters in ``vary``, one after the other in this process.

        >>> program.sweep({"ddr.rate_mt_per_s": range(2000, 5001, 500), "tiu.clock_mhz": [750, 1000]})

        Rows with a column for each parameter and ``time_ms``: a pandas DataFrame if pandas is installed, else a list of
        dicts. ``bmemu whatif`` does it on several cores and keeps what it did.
        """
        rows = []
        for values in itertools.product(*vary.values()):
            point = dict(zip(vary, values))
            settings = {**(set or {}), **point}
            rows.append({**point, "time_ms": self.time(chip=chip, product=product, set=settings, io_copies=io_copies)})
        return table(rows, [*vary, "time_ms"])

    def __repr__(self) -> str:
        return f"<bmemu.Program {self.source} for {self.chip}: {self.network}, batch {self.batch}>"


def load(
    path: Path,
    *,
    network: str = "",
    stage: int = 0,
    layers: Optional[Path] = None,
    strict: bool = False,
    chip: Optional[str] = None,
    product: Optional[str] = None,
    set: Optional[Settings] = None,  # noqa: A002
    **model: Any,
) -> Program:
    """Opens a compiled program (.bmodel, .bmodel.zst), or compiles a model (.onnx, or "network:NAME" of a built-in one).

    :param network: of the file; "": its first. :param stage: of the network, from 0.
    :param layers: the compiler's layer map; None: the file beside the program, if there is one.
    :param strict: refuse a program of which a part cannot be run, instead of leaving that part out.
    :param chip: what ``run`` and ``time`` use unless told otherwise; a model is compiled for it.
    :param model: how a model is compiled; the keywords of :func:`compile`, such as ``dtype="fp16"``.
    :raises bmemu.Error: a file that is no such program (E-BMODEL-..., E-ONNX-...), or names that it does not have.
    """
    return Program(
        _bmemu.open(
            _model(path, **model), network, stage, os.fspath(layers) if layers else "", strict, chip or "",
            product or "", settings_of(set),
        )
    )


def compile(  # noqa: A001, the command's name
    model: Path,
    output: Path,
    *,
    chip: Optional[str] = None,
    product: Optional[str] = None,
    set: Optional[Settings] = None,  # noqa: A002
    dtype: str = "fp32",
    calibrate: Sequence[Path] = (),
    calibration: Optional[Path] = None,
    quantize_table: Optional[Path] = None,
    batch: int = 0,
    input_shapes: Optional[Mapping[str, Sequence[int]]] = None,
    quant_input: bool = False,
    quant_output: bool = False,
    layer_group: bool = True,
    search_budget: Optional[int] = None,
) -> Program:
    """Compiles a model (.onnx, or "network:NAME") to ``output``, a .bmodel, with its layer map beside it (.json).

    :param chip: what it is compiled for: a name or a file, changed by ``set``; None: bm1684x.
    :param dtype: "fp32", "fp16", "bf16" or "int8".
    :param calibrate: int8: files of input arrays (.npz, .npy); ranges are measured on them.
    :param calibration: int8: a table of ranges, as the vendor's compiler writes it.
    :param quantize_table: int8: a table of operators that are computed in another type.
    :param batch: first dimension of the inputs; 0: the model's own.
    :param input_shapes: shapes of inputs by name, in the place of the model's own.
    :param quant_input: int8: inputs are bytes. :param quant_output: the same of outputs.
    :param layer_group: False: every operator reads and writes global memory.
    :param search_budget: how many groupings of layers may be tried; None: the best is found.
    :raises bmemu.Error: what cannot be compiled, node by node (E-ONNX-..., E-KERNELS-..., E-COMPILE-...), E-FILE-WRITE.
    """
    if not _bmemu.is_model(os.fspath(model)):
        path, legal = os.fspath(model), ".onnx or network:NAME"
        raise Error(f"E-USAGE: this is no model; at compile; found {path}; legal: {legal}", "E-USAGE", "compile", path, legal)
    program = load(
        model, chip=chip, product=product, set=set, dtype=dtype, calibrate=calibrate, calibration=calibration,
        quantize_table=quantize_table, batch=batch, input_shapes=input_shapes or {}, quant_input=quant_input,
        quant_output=quant_output, layer_group=layer_group, search_budget=search_budget,
    )
    program._program.save(os.fspath(output))
    return program


def info(path: Path) -> dict[str, Any]:
    """What a compiled program is made of: networks, stages, inputs, outputs, memory, commands, what cannot be run
    (schema ``bmemu.info/1``, that of ``bmemu info --json``)."""
    return json.loads(_bmemu.info_json(os.fspath(path)))


def _model(path: Path, **options: Any) -> "_bmemu.Model":
    model = _bmemu.Model()
    for name, value in {"path": path, **options}.items():
        if name not in _MODEL_OPTIONS:
            raise TypeError(f"load() has no keyword {name!r}")
        if name == "calibrate":
            value = [os.fspath(file) for file in value]
        elif name == "input_shapes":
            value = [f"{key}=" + "x".join(str(int(size)) for size in shape) for key, shape in value.items()]
        elif name in ("path", "calibration", "quantize_table"):
            value = os.fspath(value) if value is not None else ""
        setattr(model, name, value)
    return model


_MODEL_OPTIONS = ("path", "dtype", "calibrate", "calibration", "quantize_table", "batch", "input_shapes",
                  "quant_input", "quant_output", "layer_group", "search_budget")

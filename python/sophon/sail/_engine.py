# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""BModels on a device."""

from __future__ import annotations

import ctypes
import math
import os
from typing import Mapping, NamedTuple, Optional, Sequence, Union

import numpy as np

from sophon.sail._handle import Handle, require
from sophon.sail._library import DeviceTensor, Network, bmlib, bmrt, byref, free
from sophon.sail._tensor import Tensor
from sophon.sail._types import FLOATS, Dtype, IOMode, SailEngineError, from_floats, to_floats

Shapes = dict[str, list[int]]


class _Port(NamedTuple):
    """An input or output of a graph."""

    name: str
    dtype: Dtype
    scale: float
    shapes: list[list[int]]  #: by stage

    def factor(self) -> np.float32:
        """Between values and elements; floats are the values."""
        return np.float32(1 if self.dtype in FLOATS else self.scale)

    def largest(self) -> list[int]:
        return [max(sizes) for sizes in zip(*self.shapes)]


class _Graph:
    """What the runtime tells about a network."""

    def __init__(self, network: Network) -> None:
        stages = [network.stages[i] for i in range(network.stage_count)]
        self.name = network.name.decode()
        self.is_dynamic = bool(network.is_dynamic)
        self.inputs = [
            _Port(
                network.input_names[i].decode(),
                Dtype(network.input_types[i]),
                network.input_scales[i],
                [stage.input_shapes[i].sizes() for stage in stages],
            )
            for i in range(network.input_count)
        ]
        self.outputs = [
            _Port(
                network.output_names[i].decode(),
                Dtype(network.output_types[i]),
                network.output_scales[i],
                [stage.output_shapes[i].sizes() for stage in stages],
            )
            for i in range(network.output_count)
        ]
        #: What the last launch had, at first the largest.
        self.input_shapes = {port.name: port.largest() for port in self.inputs}
        self.output_shapes = {port.name: port.largest() for port in self.outputs}

    def stage_for(self, shapes: Mapping[str, Sequence[int]]) -> int:
        """The first stage of these input shapes; a graph of one stage takes others of as many elements."""
        for stage in range(len(self.inputs[0].shapes) if self.inputs else 1):
            if all(list(shapes[port.name]) == port.shapes[stage] for port in self.inputs):
                return stage
        if all(
            len(port.shapes) == 1 and math.prod(shapes[port.name]) == math.prod(port.shapes[0]) for port in self.inputs
        ):
            return 0
        legal = "; ".join(f"{port.name}: {port.shapes}" for port in self.inputs)
        raise SailEngineError(f"graph {self.name}: no stage for {dict(shapes)}; there are {legal}")


def _port(ports: list[_Port], name: str, what: str) -> _Port:
    for port in ports:
        if port.name == name:
            return port
    raise SailEngineError(f"no {what} {name!r}; there are {', '.join(port.name for port in ports)}")


class Engine:
    """``Engine(path, device, mode)``, ``Engine(bytes, size, device, mode)``, or ``Engine(device)`` and ``load`` later.

    ``device``: a number or a Handle. :raises SailEngineError: the BModel cannot be loaded.
    """

    def __init__(self, *arguments) -> None:
        self._runtime: Optional[int] = None
        self._destroy = bmrt.bmrt_destroy
        self._graphs: dict[str, _Graph] = {}
        self._modes: dict[str, IOMode] = {}
        given = list(arguments)
        self._mode = IOMode(given.pop()) if len(given) >= 3 else IOMode.DEVIO
        device = given.pop() if given else None
        if isinstance(device, (str, bytes)) or device is None:
            raise SailEngineError("Engine(path, device, mode), Engine(bytes, size, device, mode) or Engine(device)")
        self._handle = device if isinstance(device, Handle) else Handle(device)
        self._runtime = bmrt.bmrt_create(self._handle.pointer)
        if not self._runtime:
            raise SailEngineError("no runtime can be made on the device")
        if given and not self.load(*given):
            raise SailEngineError(f"{given[0] if isinstance(given[0], str) else 'the BModel'} cannot be loaded")

    def __del__(self) -> None:
        if getattr(self, "_runtime", None):
            self._destroy(self._runtime)

    def load(self, model: Union[str, bytes], size: Optional[int] = None) -> bool:
        """A file, or its bytes. False when it cannot be loaded, with a line on standard error."""
        if isinstance(model, bytes):
            if size is not None and size != len(model):
                raise SailEngineError(f"{len(model)} bytes, called {size}")
            loaded = bmrt.bmrt_load_bmodel_data(self._runtime, model, len(model))
        else:
            loaded = bmrt.bmrt_load_bmodel(self._runtime, os.fsencode(model))
        if not loaded:
            return False
        for name in self.get_graph_names():
            if name not in self._graphs:
                self._graphs[name] = _Graph(bmrt.bmrt_get_network_info(self._runtime, name.encode()).contents)
        return True

    # What is known.

    def get_handle(self) -> Handle:
        return self._handle

    def get_device_id(self) -> int:
        return self._handle.get_device_id()

    def get_graph_names(self) -> list[str]:
        names = ctypes.POINTER(ctypes.c_char_p)()
        bmrt.bmrt_get_network_names(self._runtime, byref(names))
        result = [names[i].decode() for i in range(bmrt.bmrt_get_network_number(self._runtime))]
        free(names)
        return result

    def graph_is_dynamic(self, graph_name: str) -> bool:
        return self._graph(graph_name).is_dynamic

    def set_io_mode(self, graph_name: str, mode: IOMode) -> None:
        self._graph(graph_name)
        self._modes[graph_name] = IOMode(mode)

    def get_input_names(self, graph_name: str) -> list[str]:
        return [port.name for port in self._graph(graph_name).inputs]

    def get_output_names(self, graph_name: str) -> list[str]:
        return [port.name for port in self._graph(graph_name).outputs]

    def get_max_input_shapes(self, graph_name: str) -> Shapes:
        return {port.name: port.largest() for port in self._graph(graph_name).inputs}

    def get_max_output_shapes(self, graph_name: str) -> Shapes:
        return {port.name: port.largest() for port in self._graph(graph_name).outputs}

    def get_input_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        """Of the last `process`; before, the largest."""
        return list(self._graph(graph_name).input_shapes[self._input(graph_name, tensor_name).name])

    def get_output_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        """Of the last `process`; before, the largest."""
        return list(self._graph(graph_name).output_shapes[self._output(graph_name, tensor_name).name])

    def get_input_dtype(self, graph_name: str, tensor_name: str) -> Dtype:
        return self._input(graph_name, tensor_name).dtype

    def get_output_dtype(self, graph_name: str, tensor_name: str) -> Dtype:
        return self._output(graph_name, tensor_name).dtype

    def get_input_scale(self, graph_name: str, tensor_name: str) -> float:
        """What values are multiplied by to become elements."""
        return self._input(graph_name, tensor_name).scale

    def get_output_scale(self, graph_name: str, tensor_name: str) -> float:
        """What elements are multiplied by to become values."""
        return self._output(graph_name, tensor_name).scale

    # Tensors for it.

    def create_input_tensors_map(self, graph_name: str, create_mode: int = -1) -> dict[str, Tensor]:
        """A tensor for each input: mode 0 on the host alone, 1 on the device alone, else as the engine's mode says."""
        on_host = self._mode in (IOMode.SYSI, IOMode.SYSIO)
        shapes = self._graph(graph_name).input_shapes
        return {
            port.name: self._tensor(shapes[port.name], port.dtype, create_mode, on_host)
            for port in self._graph(graph_name).inputs
        }

    def create_output_tensors_map(self, graph_name: str, create_mode: int = -1) -> dict[str, Tensor]:
        """A tensor for each output, of the largest shape. Modes: see create_input_tensors_map."""
        on_host = self._mode in (IOMode.SYSO, IOMode.SYSIO)
        return {
            port.name: self._tensor(port.largest(), port.dtype, create_mode, on_host)
            for port in self._graph(graph_name).outputs
        }

    def _tensor(self, shape: Sequence[int], dtype: Dtype, create_mode: int, on_host: bool) -> Tensor:
        return Tensor(self._handle, shape, dtype, create_mode == 0 or (create_mode != 1 and on_host), create_mode != 0)

    # Launches.

    def process(self, graph_name: str, *arguments, **named):
        """``process(graph, {name: array})`` -> ``{name: float32 array}``, ordered by name: values are multiplied by the
        input's scale and rounded where the graph takes integers, and outputs multiplied by theirs.

        ``process(graph, inputs, outputs)``, ``process(graph, inputs, input_shapes, outputs)`` with dictionaries of
        tensors: as the mode says, inputs are copied to the device first and outputs to the host last.

        :raises SailEngineError: a name, shape or type that is not the graph's, a graph that cannot be run (dynamic, CPU
            layers), or a device that refuses; the line on standard error says why.
        """
        given = list(arguments)
        cores = named.pop("core_list", None)
        if given and isinstance(given[-1], (list, tuple)):
            cores = given.pop()
        for name in ("input_tensors", "input", "input_shapes", "output"):
            if name in named:
                given.append(named.pop(name))
        if named or not 1 <= len(given) <= 3:
            raise SailEngineError("process(graph, inputs), (graph, inputs, outputs), (graph, inputs, shapes, outputs)")
        if list(cores or []) not in ([], [0]):
            raise SailEngineError(f"cores {list(cores)}: both chips have one, number 0")
        if len(given) == 1:
            return self._process_arrays(graph_name, given[0])
        inputs, outputs = given[0], given[-1]
        shapes = given[1] if len(given) == 3 else {name: tensor.shape() for name, tensor in inputs.items()}
        return self._process_tensors(graph_name, inputs, shapes, outputs)

    def _process_arrays(self, graph_name: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        graph = self._graph(graph_name)
        if self._mode_of(graph_name) not in (IOMode.SYSI, IOMode.SYSIO):
            raise SailEngineError("arrays are inputs of an engine whose mode is SYSIO or SYSI")
        arrays = {name: np.asarray(data, np.float32) for name, data in inputs.items()}
        self._require_names(graph.inputs, arrays, "inputs")
        stage = graph.stage_for({name: array.shape for name, array in arrays.items()})
        tensors = {}
        for port in graph.inputs:
            values = arrays[port.name]
            elements = from_floats(values * port.factor(), port.dtype)
            tensors[port.name] = Tensor(self._handle, list(values.shape), port.dtype, False, True)
            tensors[port.name].update_data(elements)
        outputs = {port.name: Tensor(self._handle, port.shapes[stage], port.dtype, False, True) for port in graph.outputs}
        self._launch(graph, tensors, {name: array.shape for name, array in arrays.items()}, outputs)
        result = {}
        for port in sorted(graph.outputs, key=lambda one: one.name):
            values = to_floats(outputs[port.name].asnumpy(graph.output_shapes[port.name]), port.dtype)
            result[port.name] = values * port.factor()
        return result

    def _process_tensors(self, graph_name: str, inputs, shapes, outputs) -> None:
        graph = self._graph(graph_name)
        mode = self._mode_of(graph_name)
        self._require_names(graph.inputs, inputs, "inputs")
        self._require_names(graph.outputs, outputs, "outputs")
        if mode in (IOMode.SYSI, IOMode.SYSIO):
            for name, tensor in inputs.items():
                tensor.sync_s2d(math.prod(shapes[name]) * tensor.element_size())
        self._launch(graph, inputs, shapes, outputs)
        if mode in (IOMode.SYSO, IOMode.SYSIO):
            for name, tensor in outputs.items():
                tensor.sync_d2s(math.prod(graph.output_shapes[name]) * tensor.element_size())

    def _launch(self, graph: _Graph, inputs, shapes, outputs) -> None:
        """Launches and waits; keeps the shapes."""
        given = (DeviceTensor * max(len(graph.inputs), 1))()
        for i, port in enumerate(graph.inputs):
            given[i] = inputs[port.name].device_tensor(shapes[port.name])
        wanted = (DeviceTensor * max(len(graph.outputs), 1))()
        for i, port in enumerate(graph.outputs):
            wanted[i] = outputs[port.name].device_tensor()
        launched = bmrt.bmrt_launch_tensor_ex(
            self._runtime, graph.name.encode(), given, len(graph.inputs), wanted, len(graph.outputs), True, False
        )
        if not launched:
            raise SailEngineError(f"graph {graph.name} cannot be launched")
        require(bmlib.bm_thread_sync(self._handle.pointer), "bm_thread_sync", SailEngineError)
        graph.input_shapes = {port.name: list(shapes[port.name]) for port in graph.inputs}
        graph.output_shapes = {port.name: wanted[i].shape.sizes() for i, port in enumerate(graph.outputs)}

    def _graph(self, name: str) -> _Graph:
        if name not in self._graphs:
            raise SailEngineError(f"no graph {name!r}; there are {', '.join(self._graphs) or 'none'}")
        return self._graphs[name]

    def _input(self, graph_name: str, name: str) -> _Port:
        return _port(self._graph(graph_name).inputs, name, "input")

    def _output(self, graph_name: str, name: str) -> _Port:
        return _port(self._graph(graph_name).outputs, name, "output")

    def _mode_of(self, graph_name: str) -> IOMode:
        return self._modes.get(graph_name, self._mode)

    @staticmethod
    def _require_names(ports: list[_Port], given, what: str) -> None:
        if set(given) != {port.name for port in ports}:
            raise SailEngineError(f"{what} {sorted(given)}; the graph's are {sorted(port.name for port in ports)}")


class MultiEngine:
    """One graph on several devices: arrays with as many batches as the devices' graphs have together."""

    def __init__(self, bmodel_path: str, tpu_ids: Sequence[int], sys_out: bool = True, graph_idx: int = 0) -> None:
        if not sys_out:
            raise SailEngineError("outputs of several devices stay on the host")
        self._engines = [Engine(bmodel_path, tpu_id, IOMode.SYSIO) for tpu_id in tpu_ids]
        self._name = self._engines[0].get_graph_names()[graph_idx]

    def set_print_flag(self, flag: bool) -> None:
        """Nothing is printed."""

    def set_print_time(self, flag: bool) -> None:
        """Nothing is printed."""

    def get_device_ids(self) -> list[int]:
        return [engine.get_device_id() for engine in self._engines]

    def get_graph_names(self) -> list[str]:
        return self._engines[0].get_graph_names()

    def get_input_names(self, graph_name: str) -> list[str]:
        return self._engines[0].get_input_names(graph_name)

    def get_output_names(self, graph_name: str) -> list[str]:
        return self._engines[0].get_output_names(graph_name)

    def get_input_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        return self._engines[0].get_input_shape(graph_name, tensor_name)

    def get_output_shape(self, graph_name: str, tensor_name: str) -> list[int]:
        return self._engines[0].get_output_shape(graph_name, tensor_name)

    def process(self, input_tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The batches in pieces of a graph's batch, one device after the other."""
        names = self.get_input_names(self._name)
        batch = self.get_input_shape(self._name, names[0])[0]
        total = len(input_tensors[names[0]])
        if total == 0 or total % batch != 0:
            raise SailEngineError(f"{total} batches; pieces of {batch} are launched")
        parts = []
        for i in range(0, total, batch):
            engine = self._engines[(i // batch) % len(self._engines)]
            parts.append(engine.process(self._name, {name: data[i : i + batch] for name, data in input_tensors.items()}))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

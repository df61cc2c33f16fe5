# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""sophon.sail, as built: python3 sail_test.py, with PYTHONPATH on the build's."""

import os
import pathlib
import sys
import tempfile
import threading
import unittest

try:
    import numpy as np
except ImportError as error:
    print("skipped: NumPy:", error)
    sys.exit(77)

os.environ["BMEMU_DEVICES"] = "bm1684x,bm1684"  # before the library is asked anything

import sophon.sail as sail
from sophon.sail._types import from_floats, to_floats

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CHIPS = ("bm1684x", "bm1684")  # by device


def trace(name):
    return str(SOURCE / "traces" / name)


def model(network, device):
    return trace(f"{network}_{CHIPS[device]}_int8.bmodel.zst")


def wanted(network, device):
    return np.load(trace(f"{network}_{CHIPS[device]}_int8_output0.npy"))


class Engines(unittest.TestCase):
    def test_arrays_give_the_bytes_of_the_functional_model(self):
        for device in (0, 1):
            for network in ("lenet", "cnna"):
                engine = sail.Engine(model(network, device), device, sail.IOMode.SYSIO)
                graph = engine.get_graph_names()[0]
                name = engine.get_input_names(graph)[0]
                data = np.load(trace(f"{network}_input.npy"))
                self.assertEqual(engine.get_input_shape(graph, name), list(data.shape))
                self.assertEqual(engine.get_input_dtype(graph, name), sail.Dtype.BM_FLOAT32)
                for given in (data, data.astype(np.float64), np.asfortranarray(data)):
                    outputs = engine.process(graph, {name: given})
                    self.assertEqual(list(outputs), engine.get_output_names(graph))
                    self.assertEqual(outputs[engine.get_output_names(graph)[0]].tobytes(), wanted(network, device).tobytes())

    def test_tensors_on_the_host_and_on_the_device(self):
        data = np.load(trace("lenet_input.npy"))
        for mode in sail.IOMode:
            engine = sail.Engine(model("lenet", 0), 0, mode)
            graph = engine.get_graph_names()[0]
            inputs = engine.create_input_tensors_map(graph)
            outputs = engine.create_output_tensors_map(graph)
            (one,), (result,) = inputs.values(), outputs.values()
            self.assertEqual(one.own_sys_data(), mode in (sail.SYSI, sail.SYSIO))
            self.assertEqual(result.own_sys_data(), mode in (sail.SYSO, sail.SYSIO))
            one.update_data(data)
            engine.process(graph, inputs, outputs)
            self.assertEqual(result.asnumpy().tobytes(), wanted("lenet", 0).tobytes())
            shapes = {name: tensor.shape() for name, tensor in inputs.items()}
            engine.process(graph, inputs, shapes, outputs, [0])
        self.assertRaises(sail.SailEngineError, engine.process, graph, {"in0": data})  # the last mode is DEVIO

    def test_stages_are_chosen_by_shapes(self):
        for device in (0, 1):
            path = str(SOURCE / f"tests/data/runtime/two_stages_{CHIPS[device]}.bmodel.zst")
            engine = sail.Engine(path, sail.Handle(device), sail.SYSIO)
            graph = engine.get_graph_names()[0]
            name = engine.get_input_names(graph)[0]
            data = np.load(trace("cnna_input.npy"))
            self.assertEqual(engine.get_max_input_shapes(graph), {name: [2, 3, 32, 32]})
            (one,) = engine.process(graph, {name: data}).values()
            (two,) = engine.process(graph, {name: np.concatenate([data, data])}).values()
            self.assertEqual(two.shape, (2, 33))
            self.assertTrue(np.array_equal(two[0], one[0]) and np.array_equal(two[1], one[0]))
            self.assertEqual(engine.get_input_shape(graph, name), [2, 3, 32, 32])
            self.assertRaises(sail.SailEngineError, engine.process, graph, {name: np.concatenate([data] * 3)})

    def test_models_from_bytes_and_several_in_one_engine(self):
        content = pathlib.Path(model("lenet", 1)).read_bytes()
        engine = sail.Engine(content, len(content), 1, sail.SYSIO)
        self.assertTrue(engine.load(model("cnna", 1)))
        self.assertEqual(len(engine.get_graph_names()), 2)
        for graph, network in zip(engine.get_graph_names(), ("lenet", "cnna")):
            data = {engine.get_input_names(graph)[0]: np.load(trace(f"{network}_input.npy"))}
            (result,) = engine.process(graph, data).values()
            self.assertEqual(result.tobytes(), wanted(network, 1).tobytes())

    def test_several_devices(self):
        path = model("lenet", 0)
        both = sail.MultiEngine(path, [0, 0])
        (name,) = both.get_input_names(both.get_graph_names()[0])
        data = np.load(trace("lenet_input.npy"))
        (result,) = both.process({name: np.concatenate([data] * 4)}).values()
        self.assertEqual(result.tobytes(), wanted("lenet", 0).tobytes() * 4)
        self.assertEqual(both.get_device_ids(), [0, 0])

    def test_threads_get_their_own_results(self):
        engine = sail.Engine(model("lenet", 0), 0, sail.SYSIO)
        graph = engine.get_graph_names()[0]
        name = engine.get_input_names(graph)[0]
        data = np.load(trace("lenet_input.npy"))
        given = [data * (1 - 0.1 * i) for i in range(4)]
        alone = [next(iter(engine.process(graph, {name: one}).values())) for one in given]
        wrong = []

        def run(i):
            for _ in range(10):
                (result,) = engine.process(graph, {name: given[i]}).values()
                if not np.array_equal(result, alone[i]):
                    wrong.append(i)

        threads = [threading.Thread(target=run, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_what_cannot_be_is_refused(self):
        self.assertRaises(sail.SailEngineError, sail.Engine, "no.bmodel", 0, sail.SYSIO)
        self.assertRaises(sail.SailEngineError, sail.Engine, model("lenet", 1), 0, sail.SYSIO)  # of the other chip
        self.assertRaises(sail.SailDeviceError, sail.Engine, model("lenet", 0), 9, sail.SYSIO)
        engine = sail.Engine(model("lenet", 0), 0, sail.SYSIO)
        graph = engine.get_graph_names()[0]
        data = np.load(trace("lenet_input.npy"))
        for call in (
            lambda: engine.get_input_names("other"),
            lambda: engine.get_input_shape(graph, "other"),
            lambda: engine.process(graph, {"other": data}),
            lambda: engine.process(graph, {"in0": data[..., :7]}),
            lambda: engine.process(graph, {"in0": data}, [1]),
            lambda: engine.process(graph),
        ):
            self.assertRaises(sail.SailEngineError, call)


class Tensors(unittest.TestCase):
    def setUp(self):
        self.handle = sail.Handle(0)

    def test_copies_of_arrays(self):
        for dtype in (np.float32, np.int8, np.uint8, np.int32, np.uint16):
            data = np.arange(24, dtype=dtype).reshape(2, 3, 4)
            for own_sys in (True, False):
                tensor = sail.Tensor(self.handle, data, own_sys, True)
                self.assertTrue(np.array_equal(tensor.asnumpy(), data))
                self.assertEqual((tensor.shape(), tensor.size(), tensor.nbytes()), ([2, 3, 4], 24, data.nbytes))
                self.assertEqual(tensor.asnumpy([4, 6]).shape, (4, 6))
        half = np.arange(4, dtype=np.float16)
        tensor = sail.Tensor(self.handle, half)
        self.assertEqual(tensor.dtype(), sail.BM_FLOAT16)
        self.assertTrue(np.array_equal(tensor.asnumpy().view(np.float16), half))

    def test_moves_between_host_and_device(self):
        tensor = sail.Tensor(self.handle, [4], sail.Dtype.BM_INT32, own_sys_data=True, own_dev_data=True)
        tensor.update_data(np.array([1, 2, 3, 4], np.int32))
        tensor.sync_s2d()
        tensor.memory_set(9)
        tensor.update_data(np.array([0, 0, 0, 0], np.int32))
        tensor.sync_d2s(8)
        self.assertEqual(list(tensor.asnumpy()), [9, 9, 0, 0])
        other = sail.Tensor(self.handle, np.arange(8, dtype=np.int32), False)
        tensor.sync_d2d(other, 5, 1, 2)
        tensor.sync_d2s()
        self.assertEqual(list(tensor.asnumpy()), [9, 5, 6, 9])
        tensor.sync_d2s(other, 0, 0, 3)
        self.assertEqual(list(tensor.asnumpy()), [0, 1, 2, 9])
        tensor.ones()
        self.assertEqual((tensor[3], len(tensor)), (1, 4))

    def test_parts_and_views(self):
        table = sail.Tensor(self.handle, np.arange(12, dtype=np.float32).reshape(3, 4), False)
        part = sail.Tensor(table, [(1, 3), (1, 3)])
        self.assertEqual(part.asnumpy().tolist(), [[5, 6], [9, 10]])
        view = sail.Tensor(table, [2, 2], 4)
        self.assertEqual(view.asnumpy().tolist(), [[4, 5], [6, 7]])
        view.update_data(np.zeros((2, 2), np.float32))
        self.assertEqual(table.asnumpy()[1].tolist(), [0, 0, 0, 0])
        copy = sail.Tensor(table, [4], 8, no_copy=False)
        copy.zeros()
        self.assertEqual(table.asnumpy()[2].tolist(), [8, 9, 10, 11])

    def test_scales_round_to_the_nearest_and_saturate(self):
        tensor = sail.Tensor(self.handle, [5], sail.Dtype.BM_INT8, True, True)
        tensor.scale_from(np.array([0.25, 0.75, 1.25, 100, -100], np.float32), 2)
        self.assertEqual(tensor.asnumpy().tolist(), [0, 2, 2, 127, -128])
        self.assertEqual(tensor.scale_to(0.5).tolist(), [0, 1, 1, 63.5, -64])
        self.assertEqual((sail.argmax(tensor), sail.argmin(tensor)), (3, 4))

    def test_bfloat16(self):
        values = np.array([1, -2.5, 1.00390625, 3e38, np.inf], np.float32)
        back = to_floats(from_floats(values, sail.BM_BFLOAT16), sail.BM_BFLOAT16)
        self.assertEqual(back.tolist()[:3], [1, -2.5, 1])
        self.assertEqual(back[4], np.inf)
        self.assertTrue(np.isnan(to_floats(from_floats(np.array([np.nan], np.float32), sail.BM_BFLOAT16), sail.BM_BFLOAT16)[0]))

    def test_what_cannot_be_is_refused(self):
        tensor = sail.Tensor(self.handle, [4], sail.Dtype.BM_FLOAT32, False, True)
        for call in (
            lambda: tensor.update_data(np.zeros(5, np.float32)),
            lambda: tensor.update_data(np.zeros(4, np.int8)),
            lambda: tensor.sync_s2d(),
            lambda: sail.Tensor(self.handle, [0], sail.BM_INT8, True),
            lambda: sail.Tensor(tensor, [(0, 5)]),
            lambda: sail.Tensor(tensor, [4], 1),
        ):
            self.assertRaises(sail.SailTensorError, call)

    def test_text_and_bytes_in_files(self):
        tensor = sail.Tensor(self.handle, np.array([[1.5, 2], [3, 4]], np.float32))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tensor")
            tensor.dump_data(path)
            self.assertEqual(pathlib.Path(path).read_text().splitlines(), ["1.5 2", "3 4"])
            tensor.dump_data(path, True)
            self.assertEqual(pathlib.Path(path).stat().st_size, 16)


class Devices(unittest.TestCase):
    def test_say_what_they_are(self):
        self.assertEqual(sail.get_available_tpu_num(), 2)
        self.assertEqual([sail.Handle(i).get_target() for i in (0, 1)], ["BM1684X", "BM1684"])
        self.assertRaises(sail.SailDeviceError, sail.get_chip_temp, 0)

    def test_the_image_processor_knows_types_alone(self):
        bmcv = sail.Bmcv(sail.Handle(0))
        self.assertEqual(bmcv.get_bm_image_data_format(sail.BM_INT8), sail.ImgDtype.DATA_TYPE_EXT_1N_BYTE_SIGNED)
        self.assertRaises(sail.SailBmcvError, lambda: bmcv.vpp_resize)


class Samples(unittest.TestCase):
    """The calls of an image classifier of the boards, in its order."""

    def test_a_classifier(self):
        net = sail.Engine(model("lenet", 0), 0, sail.IOMode.SYSIO)
        graph_name = net.get_graph_names()[0]
        input_names = net.get_input_names(graph_name)
        input_shapes = [net.get_input_shape(graph_name, name) for name in input_names]
        output_names = net.get_output_names(graph_name)
        output_shapes = [net.get_output_shape(graph_name, name) for name in output_names]
        bmcv = sail.Bmcv(net.get_handle())
        img_dtype = bmcv.get_bm_image_data_format(net.get_input_dtype(graph_name, input_names[0]))
        self.assertEqual(img_dtype, sail.ImgDtype.DATA_TYPE_EXT_FLOAT32)
        image = np.zeros(input_shapes[0])
        outputs = net.process(graph_name, {input_names[0]: np.stack(list(image))})
        self.assertEqual(list(list(outputs.values())[0].shape), output_shapes[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)

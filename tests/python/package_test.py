# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""The Python package, as built: python3 package_test.py, in the project's folder and with PYTHONPATH on the build's."""

import json
import os
import pathlib
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

try:
    import numpy as np
except ImportError as error:
    print("skipped: NumPy:", error)
    sys.exit(77)

import bmemu

import notebook

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RESNET = SOURCE / "traces/resnet50_bm1684x_int8_1b.bmodel.zst"
LPRNET = SOURCE / "traces/lprnet_bm1684x_int8_1b.bmodel.zst"
BMEMU = os.environ["BMEMU"]


def command_line(*arguments):
    done = subprocess.run([BMEMU, "run", LPRNET, "--json", "-", *arguments], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Times(unittest.TestCase):
    def test_a_run_is_the_one_of_the_command_line(self):
        self.assertEqual(bmemu.load(LPRNET).run().document, command_line())

    def test_settings_and_products_are_those_of_the_command_line(self):
        program = bmemu.load(LPRNET)
        slow = command_line("--product", "SC7-HP75", "--set", "ddr.rate_mt_per_s=2400")
        self.assertEqual(program.time(product="SC7-HP75", set={"ddr.rate_mt_per_s": 2400}), slow["time_ms"])
        self.assertEqual(program.run(product="SC7-HP75", set={"ddr.rate_mt_per_s": 2400}).document, slow)
        self.assertNotEqual(program.time(), slow["time_ms"])

    def test_the_chip_of_load_is_that_of_run_unless_told_otherwise(self):
        slow = bmemu.load(LPRNET, set={"tiu.clock_mhz": 500})
        self.assertEqual(slow.time(), command_line("--set", "tiu.clock_mhz=500")["time_ms"])
        self.assertEqual(slow.time(chip="bm1684x"), command_line()["time_ms"])

    def test_copies_can_be_left_out(self):
        program = bmemu.load(LPRNET)
        self.assertEqual(program.time(io_copies=False), command_line("--io-copies", "off")["time_ms"])

    def test_stacks_sum_to_the_run(self):
        result = bmemu.load(LPRNET).run()
        for engine in ("tiu", "gdma"):
            self.assertAlmostEqual(sum(result.stack[engine].values()), result.time_ms, places=9)

    def test_layers_are_rows_or_a_frame(self):
        result = bmemu.load(RESNET).run()
        layers = result.layers
        rows = layers if isinstance(layers, list) else layers.to_dict("records")
        self.assertEqual(len(rows), len(result.document["layers"]))
        self.assertLessEqual(sum(row["time_ms"] for row in rows), result.time_ms + 1e-9)
        self.assertIn("tpu.Conv2D", {row["kind"] for row in rows})

    def test_layers_are_a_list_without_pandas(self):
        missing = "import sys; sys.modules['pandas'] = None\nimport bmemu; rows = bmemu.load(sys.argv[1]).run().layers\n"
        check = "assert isinstance(rows, list) and rows[0]['kind'] and isinstance(rows[0]['time_ms'], float)"
        subprocess.run([sys.executable, "-c", missing + check, RESNET], check=True)

    def test_other_threads_go_on_while_it_runs(self):
        program = bmemu.load(RESNET)
        done = threading.Event()
        worker = threading.Thread(target=lambda: (program.run("random:1"), done.set()))
        worker.start()
        turns = 0
        while not done.wait(0.001):
            turns += 1
        worker.join()
        self.assertGreater(turns, 10)

    def test_threads_may_run_at_once(self):
        program, times = bmemu.load(LPRNET), []
        threads = [threading.Thread(target=lambda: times.append(program.time())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(times, [program.time()] * 8)

    def test_times_do_not_depend_on_what_ran_before(self):
        program = bmemu.load(LPRNET)
        first = program.time()
        faster = [program.time(set={"ddr.rate_mt_per_s": rate}) for rate in (2000, 3000, 4000)]
        self.assertEqual(faster, sorted(faster, reverse=True))
        self.assertEqual(program.time(), first)


class Interrupts(unittest.TestCase):
    """What a handler of a signal raises ends the work, and the package goes on working."""

    class Wanted(Exception):
        pass

    def interrupted(self, work):
        def handler(number, frame):
            raise self.Wanted

        before = signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            with self.assertRaises(self.Wanted):
                work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def test_runs_with_values_end(self):
        program, before = bmemu.load(RESNET), bmemu.load(LPRNET).time()

        def work():
            while True:
                program.run("random:1")

        self.interrupted(work)
        self.assertEqual(bmemu.load(LPRNET).time(), before)
        self.assertTrue(program.run("random:1").outputs)

    def test_a_compilation_ends(self):
        def work():
            while True:
                bmemu.load("network:resnet50")

        self.interrupted(work)
        self.assertGreater(bmemu.load(LPRNET).time(), 0)


class Models(unittest.TestCase):
    def test_a_model_is_compiled_to_what_the_command_line_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = pathlib.Path(folder) / "a.bmodel", pathlib.Path(folder) / "b.bmodel"
            program = bmemu.compile("network:lprnet", ours, dtype="fp16", set={"tiu.clock_mhz": 800})
            subprocess.run([BMEMU, "compile", "network:lprnet", "-o", theirs, "--dtype", "fp16", "--set", "tiu.clock_mhz=800"],
                           check=True, stdout=subprocess.DEVNULL)
            for suffix in (".bmodel", ".json"):
                self.assertEqual(ours.with_suffix(suffix).read_bytes(), theirs.with_suffix(suffix).read_bytes(), suffix)
            self.assertEqual(bmemu.load(ours).time(), program.time())
            self.assertEqual(bmemu.load("network:lprnet", dtype="fp16", set={"tiu.clock_mhz": 800}).time(), program.time())

    def test_what_is_no_model_or_no_option_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "a.bmodel"
            for model, options, error in ((LPRNET, {}, "E-USAGE"), ("network:none", {}, "E-NETWORK-NAME"),
                                          ("network:lprnet", {"quant_input": True}, "E-COMPILE-DTYPE"),
                                          ("network:lprnet", {"input_shapes": {"x": (1, 3)}}, "E-ONNX-SHAPE")):
                with self.assertRaises(bmemu.Error) as raised:
                    bmemu.compile(model, output, **options)
                self.assertEqual(raised.exception.id, error)
            with self.assertRaises(bmemu.Error) as raised:
                bmemu.load(LPRNET, batch=4)
            self.assertEqual(raised.exception.id, "E-USAGE")
            with self.assertRaises(TypeError):
                bmemu.load("network:lprnet", dtypes="fp16")
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])

    def test_info_is_that_of_the_command_line(self):
        text = subprocess.run([BMEMU, "info", LPRNET, "--json", "-"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(bmemu.info(LPRNET), json.loads(text))


class Comparisons(unittest.TestCase):
    def test_a_comparison_is_that_of_the_command_line(self):
        folder = SOURCE / "tests/data/comparisons"
        a, b = folder / "base_bm1684x_f16.bmodel.zst", folder / "tr_k5_bm1684x_f16.bmodel.zst"
        compared = bmemu.compare(bmemu.load(a).run(), bmemu.load(b).run())
        theirs = subprocess.run([BMEMU, "compare", a, b, "--json", "-"], check=True, capture_output=True, text=True).stdout
        self.assertEqual(compared.document, json.loads(theirs))
        self.assertIn("transpose", str(compared))
        causes = compared.causes
        rows = causes if isinstance(causes, list) else causes.to_dict("records")
        self.assertAlmostEqual(sum(row["delta_ms"] for row in rows), compared.delta_ms, places=9)
        with tempfile.TemporaryDirectory() as output:
            ours, page = pathlib.Path(output) / "a.html", pathlib.Path(output) / "b.html"
            compared.write_report(ours)
            subprocess.run([BMEMU, "compare", a, b, "--html", page], check=True, stdout=subprocess.DEVNULL)
            self.assertEqual(ours.read_bytes(), page.read_bytes())

    def test_one_program_on_two_chips(self):
        program = bmemu.load(LPRNET)
        slow = {"ddr.controllers": 1}
        compared = bmemu.compare(program.run(), program.run("random:1", set=slow))
        self.assertAlmostEqual(compared.delta_ms, program.time(set=slow) - program.time(), places=9)
        self.assertIn("ddr.controllers", str(compared))

    def test_a_sweep_has_a_row_for_each_combination(self):
        program = bmemu.load(LPRNET)
        swept = program.sweep({"ddr.rate_mt_per_s": (2000, 4000), "tiu.clock_mhz": (500, 1000)}, set={"ddr.controllers": 1})
        rows = swept if isinstance(swept, list) else swept.to_dict("records")
        self.assertEqual([(row["ddr.rate_mt_per_s"], row["tiu.clock_mhz"]) for row in rows],
                         [(2000, 500), (2000, 1000), (4000, 500), (4000, 1000)])
        for row in rows:
            settings = {**row, "ddr.controllers": 1}
            expected = settings.pop("time_ms")
            self.assertEqual(program.time(set=settings), expected)


class Values(unittest.TestCase):
    def test_outputs_are_those_of_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "out.npz"
            command_line("--input", "random:7", "--output", str(file))
            expected = dict(np.load(file))
        outputs = bmemu.load(LPRNET).run("random:7").outputs
        self.assertEqual(outputs.keys(), expected.keys())
        for name, array in outputs.items():
            np.testing.assert_array_equal(array, expected[name])

    def test_inputs_are_arrays_by_name_or_one_array(self):
        program = bmemu.load(LPRNET)
        (tensor,) = program.inputs
        array = np.random.default_rng(1).uniform(-1, 1, tensor.shape).astype(np.float32)
        by_name = program.run({tensor.name: array}).outputs
        alone = program.run(np.asfortranarray(array)).outputs
        for name, values in by_name.items():
            np.testing.assert_array_equal(values, alone[name])
        self.assertEqual(program.run().outputs, {})

    def test_wrong_inputs_are_errors(self):
        program = bmemu.load(LPRNET)
        (tensor,) = program.inputs
        for inputs, error in (
            ({"wrong": np.zeros(tensor.shape, np.float32), "more": np.zeros(1)}, "E-TENSOR-NAME"),
            (np.zeros([1, 2, 3], np.float32), "E-TENSOR-SHAPE"),
            (np.zeros(tensor.shape, np.complex64), "E-TENSOR-TYPE"),
            ("random:x", "E-TENSOR-SEED"),
        ):
            with self.assertRaises(bmemu.Error) as raised:
                program.run(inputs)
            self.assertEqual(raised.exception.id, error)
        with self.assertRaises(bmemu.Error) as raised:
            program.run("random:1", set={"tiu.lanes": 32})
        self.assertEqual(raised.exception.id, "E-CHIP-GEOMETRY")


class Errors(unittest.TestCase):
    def test_errors_carry_id_place_value_and_range(self):
        with self.assertRaises(bmemu.Error) as raised:
            bmemu.load(LPRNET).time(set={"tiu.clock_mhz": -1})
        error = raised.exception
        self.assertEqual(error.id, "E-CHIP-RANGE")
        self.assertIn("tiu.clock_mhz", error.place)
        self.assertIn("-1", error.value)
        self.assertTrue(error.legal)
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((again.id, str(again)), (error.id, str(error)))

    def test_files_that_are_no_programs_are_errors(self):
        for path, error in (("no_such.bmodel", "E-FILE-OPEN"), (SOURCE / "README.md", "E-BMODEL-TRUNCATED|E-BMODEL-MAGIC")):
            with self.assertRaises(bmemu.Error) as raised:
                bmemu.load(path)
            self.assertRegex(raised.exception.id, error)
        with self.assertRaises(bmemu.Error) as raised:
            bmemu.load(LPRNET, dtype="int9")
        self.assertEqual(raised.exception.id, "E-COMPILE-DTYPE")


class Chips(unittest.TestCase):
    def test_chips_and_products_are_listed(self):
        self.assertEqual(bmemu.chips(), ["bm1684", "bm1684x"])
        self.assertIn("SE7-32", [product.name for product in bmemu.products() if product.is_default])
        clock = bmemu.chip(product="SC7-HP75")["tiu.clock_mhz"]
        self.assertEqual((clock["value"], clock["unit"]), (750, "MHz"))
        self.assertEqual(bmemu.chip("bm1684x", set={"tiu.clock_mhz": 600})["tiu.clock_mhz"]["value"], 600)


class Reports(unittest.TestCase):
    def test_reports_are_those_of_the_command_line(self):
        program = bmemu.load(LPRNET)
        result = program.run()
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = pathlib.Path(folder) / "a", pathlib.Path(folder) / "b"
            for write, option in ((result.write_report, "--report"), (result.write_commands, "--commands"),
                                  (result.write_trace, "--trace"), (result.save, "--save")):
                write(ours)
                command_line(option, str(theirs))
                self.assertEqual(ours.read_bytes(), theirs.read_bytes(), option)
        text = subprocess.run([BMEMU, "run", LPRNET], check=True, capture_output=True, text=True).stdout
        self.assertEqual(str(result), text)
        with self.assertRaises(bmemu.Error) as raised:
            result.save("/no/such/folder/run")
        self.assertEqual(raised.exception.id, "E-FILE-WRITE")


class Documents(unittest.TestCase):
    def test_the_example_of_the_readme_runs(self):
        text = (SOURCE / "README.md").read_text()
        (example,) = re.findall(r"<!-- python example -->\n```python\n(.*?)```", text, re.DOTALL)
        self.assertLessEqual(len(example.splitlines()), 20)
        subprocess.run([sys.executable, "-c", example], check=True, cwd=SOURCE, stdout=subprocess.DEVNULL)

    def test_the_notebook_shows_what_its_cells_print(self):
        document = json.loads((SOURCE / "docs/python.ipynb").read_text())
        os.chdir(SOURCE)
        cells = 0
        for cell, printed in notebook.execute(document):
            self.assertEqual(printed, notebook.shown(cell), "tests/python/notebook.py docs/python.ipynb --update")
            cells += 1
        self.assertGreater(cells, 5)


if __name__ == "__main__":
    unittest.main()

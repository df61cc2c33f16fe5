# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Opens the report of a run in headless Chromium: python3 report_test.py BMEMU PROGRAM FOLDER.

FOLDER receives report.html and pictures of it at three widths, light and dark.
"""

import json
import sys

import browser


def check(bmemu, program, folder):
    paths = browser.run(bmemu, program, folder, report="report.html", json="result.json")
    result = json.loads(paths["json"].read_text())
    with browser.chromium() as driver:
        url = paths["report"].resolve().as_uri()
        browser.check_everywhere(driver, url, folder, "report")
        browser.show(driver, url, 1400, "light")
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
        check_choices(driver, url, result)
        check_paper(driver, url)
        print(f"report of {result['program']}: {rows} rows of layers, {dots} dots, zoomed from {whole[1]} to {zoomed[1] - zoomed[0]:.0f} ns")


def check_paper(driver, url):
    """A page that is printed from a dark screen is that of a light one."""
    look = "return [timeline.canvas.toDataURL(), getComputedStyle(document.body).backgroundColor]"
    looks = {}
    for scheme in browser.SCHEMES:
        browser.show(driver, url, 900, scheme)
        looks[scheme] = driver.execute_script(look)
    assert looks["dark"][0] != looks["light"][0] and looks["dark"][1] != looks["light"][1], "both schemes look alike"
    driver.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert driver.execute_script(look) == looks["light"], "it would be printed in the colours of the screen"
    driver.execute_script("dispatchEvent(new Event('afterprint'))")
    assert driver.execute_script(look) == looks["dark"], "the screen does not look as before the print"


def check_choices(driver, url, result):
    """Addresses, the legend as a filter, the table's filter, the keyboard."""
    picture = "return timeline.canvas.toDataURL()"
    layer = max(result["layers"], key=lambda layer: layer["time_ms"])["name"]
    before = driver.execute_script(picture)
    driver.execute_script("[...document.querySelectorAll('#layers tr[data-layer]')].find(r => r.dataset.layer === arguments[0]).click()", layer)
    driver.execute_async_script("setTimeout(arguments[0], 100)")
    chosen = driver.execute_script("return [decodeURIComponent(location.hash), timeline.chosen, document.querySelectorAll('tr.chosen').length]")
    assert chosen == ["#layer=" + layer, [l["name"] for l in result["layers"]].index(layer), 1], chosen
    assert driver.execute_script(picture) != before, "choosing a layer draws the same picture"
    driver.get("about:blank")
    driver.get(url + driver.execute_script("return '#layer=' + encodeURIComponent(arguments[0])", layer))
    assert driver.execute_script("return timeline.chosen") == chosen[1], "the address does not lead to its layer"
    driver.execute_script("document.getElementById('all').click()")
    assert driver.execute_script("return [timeline.chosen, timeline.to === timeline.length]") == [-1, True]

    whole = driver.execute_script(picture)
    driver.execute_script("document.querySelector('#classes button').click()")
    assert driver.execute_script(picture) != whole, "a class that is pressed out is still drawn"
    driver.execute_script("document.querySelector('#classes button').click()")
    assert driver.execute_script(picture) == whole
    driver.execute_script("timeline.canvas.dispatchEvent(new KeyboardEvent('keydown', {key: '+'}))")
    assert driver.execute_script("return timeline.to - timeline.from < timeline.length"), "+ does not zoom"
    driver.execute_script("timeline.canvas.dispatchEvent(new KeyboardEvent('keydown', {key: 'Home'}))")
    assert driver.execute_script(picture) == whole

    check_find(driver, whole)

    driver.execute_script("const f = document.getElementById('filter'); f.value = 'conv2d'; f.dispatchEvent(new Event('input'))")
    kinds = driver.execute_script("return [...document.querySelectorAll('#layers tbody tr')].map(r => r.cells[1].textContent)")
    assert kinds and set(kinds) == {"tpu.Conv2D"}, kinds
    roofs = driver.execute_script("return document.getElementById('roofline').textContent")
    assert "TOPS" in roofs and "GB/s" in roofs and "operations per byte" in roofs, roofs


def check_find(driver, whole):
    """The search frames commands and tells what they waited for; the roofline counts loads with who reads them."""
    find = "const f = document.getElementById('find'); f.value = arguments[0]; f.dispatchEvent(new Event('input'));"
    enter = "f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}));"
    ident, waited_for, ideal, shape, text = driver.execute_script("""
        const c = timeline.lanes[0].commands, i = c.waited_for.findIndex((id, i) => id > 0 && c.layer[i] >= 0);
        timeline.pick(0, i);
        return [c.id[i], c.waited_for[i], c.ideal_cycles[i], data.layer_shapes[c.layer[i]], document.getElementById('under').textContent]""")
    assert f"TIU {ident}: " in text and f"GDMA {waited_for} let it begin" in text, text
    assert f"({ideal} TIU cycles)" in text and shape and shape in text, text
    driver.execute_script(find + enter, "gdma 2")
    assert driver.execute_script("const {at, i} = timeline.picked; return [at, timeline.lanes[at].commands.id[i]]") == [1, 2]
    driver.execute_script(find, "")
    driver.execute_script("document.getElementById('all').click()")
    assert driver.execute_script("return timeline.canvas.toDataURL()") == whole, "an empty search leaves something pale"
    served = driver.execute_script(
        "return data.result.layers.map((l, i) => [l.kind, data.result.layers[data.served_layer[i]].kind])")
    assert {kind for name, kind in served if name == "tpu.Load"} - {"tpu.Load"}, "no load serves another layer"


if __name__ == "__main__":
    check(*sys.argv[1:4])

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Headless Chromium for the tests of reports and traces, by Debian's chromium-driver and python3-selenium."""

import contextlib
import functools
import http.server
import importlib.util
import pathlib
import subprocess
import sys
import threading

SKIPPED = 77  # ctest's SKIP_RETURN_CODE of these tests


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


@contextlib.contextmanager
def chromium():
    """A WebDriver; ends the test as skipped where there is no browser that starts."""
    try:
        from selenium import webdriver
        from selenium.common.exceptions import WebDriverException
    except ImportError as error:
        skip(f"python3-selenium: {error}")
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1600,1200"):
        options.add_argument(argument)
    try:
        driver = webdriver.Chrome(options=options)
    except WebDriverException as error:
        skip(f"chromium, chromium-driver: {error.msg}")
    driver.set_script_timeout(120)
    try:
        yield driver
    finally:
        driver.quit()


SIZES = (390, 900, 1400)  # a telephone, half a screen, a screen
SCHEMES = ("light", "dark")


def show(driver, url, width, scheme, height=900):
    """Opens a page as it looks at this width, in a light or dark colour scheme."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.get(url)


def check_everywhere(driver, url, folder, name):
    """No script error, no sideways scroll and no finding of axe-core at any width and colour scheme; a picture of each."""
    axe = axe_script()
    for scheme in SCHEMES:
        for width in SIZES:
            show(driver, url, width, scheme)
            where = f"{name}, {width} px, {scheme}"
            driver.save_screenshot(str(pathlib.Path(folder) / f"{name}_{scheme}_{width}.png"))
            errors = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
            assert not errors, f"{where}: {errors}"
            wide = driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width, f"{where}: the page is {wide} px wide"
            if axe is None:
                continue
            driver.execute_script(axe)
            found = driver.execute_async_script("axe.run().then(arguments[0])")
            assert len(found["passes"]) > 10, f"{where}: axe-core looked at nothing"
            serious = [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"] if v["impact"] in ("serious", "critical")]
            assert not serious, f"{where}: {serious}"


def axe_script():
    """axe-core, as PyPI's package axe-core-python carries it; None without it."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None:
        print("not checked: axe-core, Python package axe-core-python")
        return None
    return (pathlib.Path(found.origin).parent / "axe.min.js").read_text()


@contextlib.contextmanager
def serve(folder, port):
    """Serves `folder` on this host only."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def run(bmemu, program, folder, **files):
    """`bmemu run` with options such as report="r.html"; answers the paths of what it wrote in `folder`."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {option: folder / name for option, name in files.items()}
    arguments = [text for option, path in paths.items() for text in (f"--{option}", str(path))]
    subprocess.run([bmemu, "run", program, *arguments], check=True, stdout=subprocess.DEVNULL)
    return paths

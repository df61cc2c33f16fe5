# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Headless Chromium for the tests of reports and traces, by Debian's chromium-driver and python3-selenium."""

import contextlib
import functools
import http.server
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

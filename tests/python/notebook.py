# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Executes the code cells of a notebook in order, without Jupyter: notebook.py NOTEBOOK [--update].

What a cell prints must be what the notebook shows; --update writes what it prints into the notebook.
"""

import contextlib
import io
import json
import pathlib
import sys


def execute(notebook):
    """(cell, what it printed) of every code cell; a cell that fails raises."""
    names = {"__name__": "__main__"}
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
        yield cell, printed.getvalue()


def outputs(printed):
    return [{"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)}] if printed else []


def shown(cell):
    return "".join("".join(output["text"]) for output in cell["outputs"])


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1])
    document = json.loads(path.read_text())
    stale = 0
    for code, text in execute(document):
        stale += shown(code) != text
        code["outputs"] = outputs(text)
    if "--update" in sys.argv:
        path.write_text(json.dumps(document, indent=1) + "\n")
    elif stale:
        sys.exit(f"{stale} cells print something else than {path} shows; --update writes it anew")

# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""What a run found."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Optional, Union

if TYPE_CHECKING:
    import numpy as np

    from bmemu import _bmemu

Path = Union[str, "os.PathLike[str]"]


class Result:
    """One run of a program on a chip. Times are emulated, in milliseconds of the whole run (all images of the batch).

    Printing it gives the report of ``bmemu run``. ``document`` is the whole result as ``bmemu run --json`` writes it; the
    properties are its most wanted parts.
    """

    def __init__(self, run: "_bmemu.Run") -> None:
        self._run = run
        self._document: Optional[dict[str, Any]] = None

    @property
    def document(self) -> dict[str, Any]:
        """Everything (schema ``bmemu.run/1``, docs/results.md)."""
        if self._document is None:
            self._document = json.loads(self._run.json)
        return self._document

    @property
    def time_ms(self) -> float:
        """Length of the run."""
        return self._run.length_ps / 1e9

    @property
    def per_image_ms(self) -> float:
        return self.document["per_image_ms"]

    @property
    def ideal_ms(self) -> float:
        """What the commands cost if nothing ever held them up."""
        return self.document["ideal_ms"]

    @property
    def interval_ms(self) -> Optional[tuple[float, float]]:
        """The time on silicon lies in it with 90 %; None where there is no calibration for such a chip."""
        interval = self.document["time_ms_interval"]
        return None if interval is None else (interval[0], interval[1])

    @property
    def stack(self) -> dict[str, dict[str, float]]:
        """Milliseconds by cause of ``tiu``, ``gdma`` and ``critical_path``. Each sums to the run, the critical path
        together with what is outside of commands."""
        stacks = {engine: self.document["stack"][engine] for engine in ("tiu", "gdma")}
        stacks["critical_path"] = self.document["critical_path"]["causes"]
        return {name: {cause: ps / 1e9 for cause, ps in stack.items()} for name, stack in stacks.items()}

    @property
    def layers(self) -> Any:
        """Layers in order of the layer map, as a pandas DataFrame if pandas is installed, else as a list of dicts.

        Columns: ``name``, ``kind``, ``time_ms`` (its part of the critical path), ``active_ms``, ``tiu_ms``, ``gdma_ms``
        (busy), ``tiu_commands``, ``gdma_commands``, ``bytes`` (moved), ``cause`` (the largest on the critical path).
        Empty without a layer map.
        """
        return table([_layer_row(layer) for layer in self.document["layers"]], LAYER_COLUMNS)

    @property
    def outputs(self) -> "dict[str, np.ndarray]":
        """Output arrays by name, in the program's types (bf16 as the bits in uint16); empty when the run had no inputs."""
        return self._run.outputs

    @property
    def warnings(self) -> list[str]:
        """What whoever uses the numbers must know: missing waits, unwritten reads, parts left out, odd inputs."""
        document = self.document
        texts = list(document["notes"])
        texts += [f"missing wait, {hazard['kind']}: {hazard['where']}" for hazard in document["hazards"]]
        texts += [f"read of memory that nobody wrote: {where}" for where in document["uninitialised"]["where"]]
        texts += [f"left out: {part['what']}" for part in document["left_out"]]
        texts += [f"interval: {reason}" for reason in document["calibration"]["outside"]]
        return texts

    def text(self, top: int = 10, width: int = 0) -> str:
        """The report for a terminal, with ``top`` layers, for ``width`` columns (0: any)."""
        return self._run.text(top, width)

    def write_report(self, path: Path) -> None:
        """One HTML page: timeline, cycle stack, layers, roofline."""
        self._run.write("--report", os.fspath(path))

    def write_trace(self, path: Path) -> None:
        """A trace for Perfetto; Chrome's JSON when the name ends in .json."""
        self._run.write("--trace", os.fspath(path))

    def write_commands(self, path: Path) -> None:
        """One CSV row per command."""
        self._run.write("--commands", os.fspath(path))

    def save(self, path: Path) -> None:
        """The whole run, for ``bmemu compare``."""
        self._run.write("--save", os.fspath(path))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        interval = self.interval_ms
        between = "" if interval is None else f", 90 % {interval[0]:.3f} to {interval[1]:.3f}"
        return f"<bmemu.Result {self.document['program']} on {self.document['chip']}: {self.time_ms:.3f} ms{between}>"


def table(rows: list[dict[str, Any]], columns: list[str]) -> Any:
    """A pandas DataFrame if pandas is installed, else the rows."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows, columns=columns)


LAYER_COLUMNS = ["name", "kind", "time_ms", "active_ms", "tiu_ms", "gdma_ms", "tiu_commands", "gdma_commands", "bytes", "cause"]


def _layer_row(layer: dict[str, Any]) -> dict[str, Any]:
    causes = layer["causes"]
    largest = max(causes, key=causes.__getitem__)
    return {
        "name": layer["name"],
        "kind": layer["kind"],
        "time_ms": layer["time_ms"],
        "active_ms": layer["active_ms"],
        "tiu_ms": layer["tiu"]["busy_ms"],
        "gdma_ms": layer["gdma"]["busy_ms"],
        "tiu_commands": layer["tiu"]["commands"],
        "gdma_commands": layer["gdma"]["commands"],
        "bytes": sum(layer["gdma"]["bytes"].values()),
        "cause": largest if causes[largest] else "",
    }

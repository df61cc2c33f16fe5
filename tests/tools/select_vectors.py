#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Chooses a few single-command records per operation from a folder of conformance vectors.

  select_vectors.py FOLDER OUT [--per-operation N]

FOLDER holds CHIP_ENGINE_OP.vec.zst files, OUT receives one file per chip and engine. Per operation (first two words of a
record's tag) the smallest records are taken, different number formats first; commands with changed fields are left out. The
format is described in
tests/data/vectors/README.md. Needs the `zstd` program.
"""
import argparse
import pathlib
import struct
import subprocess

MAGIC = b"TPUVEC1\0"
HEADER = struct.Struct("<BBHHHHH")  # chip, engine, flags, command bytes, tag bytes, regions before, regions after


def records(path):
    data = subprocess.check_output(["zstd", "-dcq", str(path)])
    assert data[:8] == MAGIC, path
    at = 8
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def tag_of(record):
    _, _, _, command, tag, _, _ = HEADER.unpack_from(record)
    return record[HEADER.size + command : HEADER.size + command + tag].decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--per-operation", type=int, default=2)
    arguments = parser.parse_args()
    for group in ("bm1684_tiu", "bm1684_gdma", "bm1684x_tiu", "bm1684x_gdma"):
        operations = {}
        for path in sorted(arguments.folder.glob(group + "_*.vec.zst")):
            for record in records(path):
                words = tag_of(record).split()
                if words[-1].startswith("mut"):
                    continue
                operations.setdefault((words[0], words[1]), {}).setdefault(words[2], []).append(record)
        chosen = []
        for key in sorted(operations):
            by_format = [sorted(found, key=lambda r: (len(r), r)) for _, found in sorted(operations[key].items())]
            # One record of each format in turn, smallest formats first.
            by_format.sort(key=lambda found: len(found[0]))
            ordered = [found[i] for i in range(arguments.per_operation) for found in by_format if i < len(found)]
            chosen += ordered[: arguments.per_operation]
        raw = MAGIC + b"".join(struct.pack("<I", len(record)) + record for record in chosen)
        target = arguments.out / (group + ".vec.zst")
        target.write_bytes(subprocess.run(["zstd", "-19", "-q", "-c"], input=raw, stdout=subprocess.PIPE, check=True).stdout)
        print(f"{target.name}: {len(chosen)} records, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Scores `bmemu compare` on pairs of programs whose difference is known.

  compare-score.py BMEMU FOLDER... [--require SHARE]

A FOLDER holds index.csv and pairs with one change each, or (its table has `edits` and `singles`) pairs with several
changes and the programs of each alone: `compare-score.py build/bmemu tests/data/comparisons` scores the project's own.
A pair is explained when the first cause has the pair's class (or one of `also`) and half of its first three layers
match `layers`; `equal` pairs have no cause of more than 0.2 % of the run. Of several changes, one is found when causes
of its class are larger than 0.2 % of A, have its sign, and lie between what it costs alone and what it costs as the
last one, give or take 20 % of the total. Sums must be exact. Exit code 1 below --require.
"""
import argparse
import csv
import fnmatch
import json
import os
import shlex
import subprocess
import sys
import time

SMALL = 0.002


def options(text, side):
    words = shlex.split(text or "")
    return [w + "-" + side if w.startswith("--") else w for w in words]


def compare(bmemu, a, b, more=()):
    start = time.monotonic()
    done = subprocess.run([bmemu, "compare", a, b, "--json", "-", *more], capture_output=True, text=True)
    return done, time.monotonic() - start


def run_ms(bmemu, path, args=""):
    command = [bmemu, "run", path, "--json", "-", *shlex.split(args)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["time_ms"]


def layer_matches(name, patterns):
    names = {name}
    for prefix in ("load_", "store_"):
        names |= {n[len(prefix):] for n in names if n.startswith(prefix)}
    names |= {n[:-len("_merge")] for n in names if n.endswith("_merge")}
    return any(p == "all" or fnmatch.fnmatchcase(n, p) for p in patterns for n in names)


def layers_match(layers, patterns):
    if "all" in patterns:
        return True
    first = layers[:3]
    return bool(first) and 2 * sum(layer_matches(n, patterns) for n in first) >= len(first)


def is_sum_exact(result):
    return sum(c["delta_ps"] for c in result["causes"]) == result["delta_ps"]


def show(result):
    a = result["a_ms"]
    return "; ".join(f"{c['class']} {c['delta_ms']:+.4f} ({100 * c['delta_ms'] / a:+.1f}%) "
                     f"[{', '.join(c['layers'][:3])}]"
                     for c in result["causes"][:4])


def score_pair(bmemu, folder, row):
    """(class right, layers right, sum exact, seconds, text)"""
    more = options(row["run_args_a"], "a") + options(row["run_args_b"], "b")
    done, seconds = compare(bmemu, os.path.join(folder, row["file_a"]), os.path.join(folder, row["file_b"]), more)
    if row["change_class"] == "dynamic":
        good = done.returncode == 2 and "E-BMODEL-DYNAMIC" in done.stderr
        return good, good, True, seconds, done.stderr.strip()[:100]
    if done.returncode != 0:
        return False, False, False, seconds, done.stderr.strip()[:200]
    result = json.loads(done.stdout)
    if row["expected"] == "equal":
        good = all(abs(c["delta_ms"]) <= SMALL * result["a_ms"] for c in result["causes"])
        return good, good, is_sum_exact(result), seconds, show(result)
    classes = {row["change_class"], *filter(None, row["also"].split(";"))}
    first = result["causes"][0] if result["causes"] else {"class": "none", "layers": []}
    layers = layers_match(first["layers"], row["layers"].split(","))
    if "none" in classes and abs(result["delta_ms"]) <= SMALL * result["a_ms"]:
        return True, layers, is_sum_exact(result), seconds, show(result)
    return first["class"] in classes, layers, is_sum_exact(result), seconds, show(result)


def score_multi(bmemu, folder, row):
    """(found, edits, own share, layers, sum exact, text)"""
    path = lambda name: os.path.join(folder, name)
    more = options(row["run_args_a"], "a") + options(row["run_args_b"], "b")
    done, _ = compare(bmemu, path(row["file_a"]), path(row["file_b"]), more)
    if done.returncode != 0:
        return 0, 1, 0, 0, False, done.stderr.strip()[:200]
    result = json.loads(done.stdout)
    edits = [e.split(":", 1) for e in row["edits"].split(";")]
    also = dict(e.split(":", 1) for e in filter(None, row["also"].split(";")))
    singles = {}
    for entry in row["singles"].split(";"):
        label, file, *args = entry.split(":")
        singles[label] = run_ms(bmemu, path(file), args[0] if args else row["run_args_a"])
    a, b = result["a_ms"], result["b_ms"]
    alone = [singles[f"e{i + 1}"] - a for i in range(len(edits))]
    last = [b - singles[f"r{i + 1}"] if f"r{i + 1}" in singles else b - singles[f"e{2 - i}"] for i in range(len(edits))]
    total = sum(abs(x) for x in alone)
    found = own = layers = 0
    notes = []
    for i, (change, patterns) in enumerate(edits):
        classes = {change, *also.get(change, "").split("|")} - {""}
        causes = [c for c in result["causes"] if c["class"] in classes]
        share = sum(c["delta_ms"] for c in causes)
        small = abs(alone[i]) < SMALL * a and abs(last[i]) < SMALL * a
        low, high = min(alone[i], last[i]) - 0.2 * total, max(alone[i], last[i]) + 0.2 * total
        is_named = abs(share) > SMALL * a
        good = not is_named if small else is_named and share * alone[i] > 0 and low <= share <= high
        found += good
        own += abs(share - alone[i]) <= 0.2 * max(abs(alone[i]), SMALL * a)
        layers += small or any(layers_match(c["layers"], patterns.split(",")) for c in causes)
        notes.append(f"{change} {share:+.4f} (alone {alone[i]:+.4f}, last {last[i]:+.4f}){'' if good else ' MISSED'}")
    return found, len(edits), own, layers, is_sum_exact(result), "; ".join(notes) + " | " + show(result)


def rows(folder):
    with open(os.path.join(folder, "index.csv"), newline="") as file:
        return list(csv.DictReader(file))


def score_one(bmemu, folder, table, require):
    """Pairs with one change each; whether as many as required are explained."""
    explained, exact, slowest = 0, True, 0
    for row in table:
        good_class, good_layers, good_sum, seconds, text = score_pair(bmemu, folder, row)
        good = good_class and good_layers
        explained += good
        exact = exact and good_sum
        slowest = max(slowest, seconds)
        flags = ("class " if good_class else "CLASS ") + ("layers " if good_layers else "LAYERS ")
        flags += "" if good_sum else "SUM "
        print(f"{row['pair']} {'ok  ' if good else 'MISS'} {flags}{row['change_class']}: {text}")
    if table:
        print(f"explained {explained} of {len(table)} ({100 * explained / len(table):.0f} %), "
              f"sums {'exact' if exact else 'NOT exact'}, slowest {slowest:.2f} s")
    return exact and explained >= require * len(table)


def score_several(bmemu, folder, table, require):
    """Pairs with several changes; whether as many changes as required are found."""
    found = edits = own = layers = 0
    exact = True
    for row in table:
        f, e, o, l, good_sum, text = score_multi(bmemu, folder, row)
        found, edits, own, layers = found + f, edits + e, own + o, layers + l
        exact = exact and good_sum
        print(f"{row['pair']} {f} of {e}{'' if good_sum else ' SUM'}: {text}")
    print(f"several changes: {found} of {edits} found, {own} within 20 % of their own cost, layers of {layers}, "
          f"sums {'exact' if exact else 'NOT exact'}")
    return exact and found >= require * edits


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bmemu")
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="with index.csv")
    parser.add_argument("--only", default="*", help="pairs whose name matches")
    parser.add_argument("--require", type=float, default=0, help="share of pairs, and of edits, that must be explained")
    args = parser.parse_args()
    good = True
    for folder in filter(lambda f: f != "-", args.folders):
        table = rows(folder)
        score = score_several if table and "singles" in table[0] else score_one
        chosen = [row for row in table if fnmatch.fnmatch(row["pair"], args.only)]
        good = score(args.bmemu, folder, chosen, args.require) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

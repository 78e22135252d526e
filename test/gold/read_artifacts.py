"""Reads every table of an artifact with pyarrow, Polars and pandas and compares it with the manifest.

    python test/gold/read_artifacts.py artifacts/ingest/latest [artifacts/tokenize/latest ...]

Prints the types and the row count of every table. Exits with 1 where a reader fails, where readers disagree on a
value, or where row counts or digests are not the manifest's.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

import pandas
import polars
import pyarrow.parquet


def read_artifact(folder: Path) -> list[str]:
    """Prints each table of an artifact and returns what is wrong with it."""
    manifest = json.loads((folder / "manifest.json").read_text())
    problems = []
    print(f"{manifest['node']} {manifest['fingerprint'][:12]}")
    for output, described in manifest["outputs"].items():
        parts = [part for partition in manifest["partitions"] for part in partition["outputs"][output]]
        for part in parts:
            digest = hashlib.sha256((folder / part["file"]).read_bytes()).hexdigest()
            if digest != part["digest"]:
                problems.append(f"{part['file']}: sha256 {digest}, manifest {part['digest']}")
        if described["kind"] == "folder":
            print(f"  {output}: a folder of {len(parts)} files")
            continue
        problems += read_table(folder, output, parts)
    return problems


def read_table(folder: Path, output: str, parts: list[dict]) -> list[str]:
    problems = []
    rows = 0
    schema = None
    for part in parts:
        path = folder / part["file"]
        table = pyarrow.parquet.read_table(path)
        frame = polars.read_parquet(path)
        counts = {"pyarrow": table.num_rows, "polars": frame.height, "pandas": len(pandas.read_parquet(path))}
        for reader, count in counts.items():
            if count != part["rows"]:
                problems.append(f"{part['file']}: {reader} reads {count} rows, manifest {part['rows']}")
        if schema is not None and table.schema != schema:
            problems.append(f"{part['file']}: its schema is not that of the parts before it")
        schema = table.schema
        if not equal(table.to_pylist(), frame.to_dicts()):
            problems.append(f"{part['file']}: pyarrow and Polars read different values")
        rows += table.num_rows
    print(f"  {output}: {rows} rows in {len(parts)} parts")
    for field, kind in zip(schema, frame.schema.values()):
        null = "" if field.nullable else " not null"
        print(f"    {field.name}: {field.type}{null} | Polars {kind}")
    if schema.names != frame.columns:
        problems.append(f"{output}: pyarrow and Polars name columns differently")
    return problems


def equal(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def main(folders: list[str]) -> int:
    problems = [problem for folder in folders for problem in read_artifact(Path(folder))]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems or not folders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

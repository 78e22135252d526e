"""Writes parquet/*.parquet: the same 50 rows by every writer and compression that users are likely to bring.

    python test/gold/parquet_gold.py

Needs pyarrow, pandas, polars and duckdb.
"""

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

folder = Path(__file__).parent / "parquet"
folder.mkdir(exist_ok=True)

rows = [
    {
        "id": number,
        "text": f"Text {number} is é 한국어. And more.\n\nA second paragraph.",
        "article": {"body": f"Body {number}.", "meta": {"lang": "ko" if number % 2 else "en"}},
        "a.b": f"dotted {number}",
        "tags": ["x", "y"],
        "maybe": None if number % 10 == 3 else f"maybe {number}",
        "kind": ["red", "blue"][number % 2],
    }
    for number in range(50)
]
table = pa.Table.from_pylist(rows)


def replaced(name, column):
    return table.set_column(table.schema.get_field_index(name), name, column)


for compression in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    path = folder / f"pyarrow-{compression}.parquet"
    pq.write_table(table, path, compression=compression, row_group_size=20)

large = replaced("text", table["text"].cast(pa.large_string()))
pq.write_table(large, folder / "pyarrow-large-v2.parquet", data_page_version="2.0")
views = replaced("text", table["text"].cast(pa.string_view()))
pq.write_table(views, folder / "pyarrow-views.parquet")
dictionary = replaced("text", table["text"].dictionary_encode())
pq.write_table(dictionary, folder / "pyarrow-dictionary.parquet")
pq.write_table(replaced("text", table["text"].cast(pa.binary())), folder / "pyarrow-binary.parquet")

pd.DataFrame(rows).to_parquet(folder / "pandas.parquet")
pl.DataFrame(rows).write_parquet(folder / "polars.parquet")
copied = folder / "duckdb.parquet"
duckdb.sql(f"copy (from '{folder}/pandas.parquet') to '{copied}' (format parquet, compression zstd)")

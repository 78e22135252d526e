"""Python's standard library (pyarrow for zstd) decompressing in one thread. Writes the text given in each format, says
what it is, then answers a format's name with the seconds that reading it in pieces takes."""

import bz2
import gzip
import json
import lzma
import os
import sys
import tarfile
import time
import zipfile

import pyarrow

options = json.loads(sys.argv[1])
PIECE = 1 << 20


def path(kind):
    return os.path.join(options["folder"], f"text.{kind}")


with open(options["text"], "rb") as file:
    text = file.read()
with gzip.open(path("gz"), "wb", 6) as file:
    file.write(text)
with bz2.open(path("bz2"), "wb") as file:
    file.write(text)
with lzma.open(path("xz"), "wb") as file:
    file.write(text)
with pyarrow.CompressedOutputStream(path("zst"), "zstd") as file:
    file.write(text)
with tarfile.open(path("tar"), "w") as archive:
    archive.add(options["text"], "text")
with zipfile.ZipFile(path("zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(options["text"], "text")


def opened(kind):
    if kind == "gz":
        return gzip.open(path(kind))
    if kind == "bz2":
        return bz2.open(path(kind))
    if kind == "xz":
        return lzma.open(path(kind))
    if kind == "zst":
        return pyarrow.CompressedInputStream(path(kind), "zstd")
    if kind == "tar":
        return tarfile.open(path(kind)).extractfile("text")
    return zipfile.ZipFile(path(kind)).open("text")


print(f"Python {sys.version.split()[0]}, for zstd pyarrow {pyarrow.__version__}", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    read = 0
    with opened(line.strip()) as file:
        while piece := file.read(PIECE):
            read += len(piece)
    seconds = time.perf_counter() - start
    assert read == len(text)
    print(json.dumps({"seconds": seconds}), flush=True)

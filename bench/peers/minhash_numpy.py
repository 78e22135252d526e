"""MinHash as Python libraries compute it (datasketch's scheme: affine permutations modulo 2^61 - 1, vectorised by
numpy), over 5-word shingles, in one thread. Reads documents as a JSON list; answers each line with a line of JSON."""

import json
import re
import sys
import time
import zlib

import numpy

options = json.loads(sys.argv[1])
PRIME = numpy.uint64((1 << 61) - 1)
generator = numpy.random.RandomState(1)
A = generator.randint(1, (1 << 61) - 1, options["hashes"], dtype=numpy.uint64)
B = generator.randint(0, (1 << 61) - 1, options["hashes"], dtype=numpy.uint64)
WORD = re.compile(r"\w+")

with open(options["documents"], encoding="utf-8") as file:
    documents = json.load(file)


def shingles(text):
    words = WORD.findall(text.lower())
    width = min(5, len(words))
    return {" ".join(words[at : at + width]) for at in range(len(words) - width + 1)}


def signature(text):
    hashes = numpy.fromiter((zlib.crc32(own.encode()) for own in shingles(text)), dtype=numpy.uint64)
    return (((hashes[:, None] * A + B) % PRIME) & numpy.uint64(0xFFFFFFFF)).min(axis=0)


def errors(signatures):
    """How far estimates of neighbours are from their exact similarity, on average."""
    total = 0.0
    exact = []
    for at in range(0, len(documents) - 1, 2):
        one, other = shingles(documents[at]), shingles(documents[at + 1])
        similarity = len(one & other) / len(one | other)
        exact.append(similarity)
        total += abs(float((signatures[at] == signatures[at + 1]).mean()) - similarity)
    return total / len(exact), exact


print(f"Python {sys.version.split()[0]}, numpy {numpy.__version__}", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    signatures = [signature(text) for text in documents]
    seconds = time.perf_counter() - start
    error, exact = errors(signatures)
    print(json.dumps({"seconds": seconds, "error": error, "exact": exact}), flush=True)

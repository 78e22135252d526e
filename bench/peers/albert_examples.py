"""google-research/albert's own functions (create_pretraining_data.py, whose path is given) on token lists, in one
process. Says what it is, then answers each line with the seconds of making the examples and of writing them as
TFRecords, how many pieces they hold and the bytes written. Needs numpy and tensorflow."""

import importlib.util
import json
import os
import random
import sys
import time
import types

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy
import tensorflow.compat.v1 as tf

options = json.loads(sys.argv[1])
tokenization = types.ModuleType("tokenization")
tokenization.printable_text = str
sys.modules["tokenization"] = tokenization
spec = importlib.util.spec_from_file_location("create_pretraining_data", options["reference"])
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
tf.flags.FLAGS(["bench"])
tf.logging.set_verbosity(tf.logging.ERROR)

with open(options["tokens"], encoding="utf-8") as file:
    documents = [json.loads(line) for line in file]
vocabulary = options["vocabulary"]
ids = {piece: at for at, piece in enumerate(vocabulary)}


class Tokenizer:
    @staticmethod
    def convert_tokens_to_ids(tokens):
        return [ids[token] for token in tokens]


def run():
    rng = random.Random(12345)
    length, most = options["maxSeqLength"], options["maxPredictionsPerSeq"]
    started = time.perf_counter()
    instances = []
    for _ in range(options["dupeFactor"]):
        for index in range(len(documents)):
            instances.extend(reference.create_instances_from_document(
                documents, index, length, 0.1, 0.15, most, vocabulary, rng))
    rng.shuffle(instances)
    made = time.perf_counter()
    reference.write_instance_to_example_files(instances, Tokenizer, length, most, [options["records"]])
    written = time.perf_counter()
    return {
        "made": made - started,
        "written": written - made,
        "pieces": sum(len(instance.tokens) for instance in instances),
        "bytes": os.path.getsize(options["records"]),
    }


version = sys.version.split()[0]
print(f"google-research/albert on Python {version}, numpy {numpy.__version__}, tensorflow {tf.__version__}", flush=True)
for _ in sys.stdin:
    print(json.dumps(run()), flush=True)

"""Writes hf-glue/: small splits of GLUE tasks as Hugging Face's datasets export them, to Parquet and JSON lines."""

from pathlib import Path

from datasets import ClassLabel, Dataset, Features, Value

folder = Path(__file__).with_name("hf-glue")


def export(task, split, columns, names, rows, kinds=("parquet", "jsonl")):
    label = Value("float32") if names is None else ClassLabel(names=names)
    features = Features({**{c: Value("string") for c in columns}, "label": label, "idx": Value("int32")})
    data = {c: [row[i] for row in rows] for i, c in enumerate(columns)}
    data["label"] = [row[-1] for row in rows]
    data["idx"] = list(range(len(rows)))
    whole = Dataset.from_dict(data, features=features)
    (folder / task).mkdir(parents=True, exist_ok=True)
    if "parquet" in kinds:
        shards = 2 if split == "train" else 1
        for n in range(shards):
            path = folder / task / f"{split}-{n:05d}-of-{shards:05d}.parquet"
            whole.shard(shards, n, contiguous=True).to_parquet(path)
    if "jsonl" in kinds:
        (folder / f"{task}-jsonl").mkdir(parents=True, exist_ok=True)
        whole.to_json(folder / f"{task}-jsonl" / f"{split}.jsonl", force_ascii=False)


mnli = [
    ("A dog runs.", "An animal moves.", 0),
    ("A dog runs.", "The dog is \"brown\".\t", 1),
    ("A dog runs.", "The dog sleeps.", 2),
]
nli = ["entailment", "neutral", "contradiction"]
export("mnli", "train", ["premise", "hypothesis"], nli, mnli)
for kind in ("matched", "mismatched"):
    export("mnli", f"validation_{kind}", ["premise", "hypothesis"], nli, mnli)
    export("mnli", f"test_{kind}", ["premise", "hypothesis"], nli, [(a, b, -1) for a, b, _ in mnli])
export("ax", "test", ["premise", "hypothesis"], nli, [(a, b, -1) for a, b, _ in mnli])
export("cola", "train", ["sentence"], ["unacceptable", "acceptable"], [("He sleep.", 0), ("He sleeps.", 1)])
export("cola", "validation", ["sentence"], ["unacceptable", "acceptable"], [("그는 잔다.", 1), ("그는 자다고.", 0)])
export("rte", "train", ["sentence1", "sentence2"], ["entailment", "not_entailment"], [("a", "b", 1), ("c", "d", 0)])
export("rte", "validation", ["sentence1", "sentence2"], ["entailment", "not_entailment"], [("a", "b", 0)])
export("stsb", "train", ["sentence1", "sentence2"], None, [("a", "b", 3.8), ("c", "d", 0.0)])
export("stsb", "validation", ["sentence1", "sentence2"], None, [("a", "b", 5.0)])

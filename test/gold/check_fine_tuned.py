"""
Loads a model that `evaluate` or `evaluateReading` saved, as transformers users do: python check_fine_tuned.py CHECKPOINT.
With the folder of evaluate's predictions and its maxSeqLength as well it predicts the same examples from their texts, and
says how far apart the probabilities (of a regression the scores) are. Pairs that were cut are left out: of two texts of
one length transformers' tokenizers may cut the first, where BERT's and ALBERT's own code cuts the second.
"""
import sys

import pyarrow.parquet
import torch
import transformers

folder, *given = sys.argv[1:]
torch.set_num_threads(1)
config = transformers.AutoConfig.from_pretrained(folder)
architecture = getattr(transformers, config.architectures[0])
model, info = architecture.from_pretrained(folder, output_loading_info=True)
# A model of spans has no use for the pooler.
unused = {key for key in info["unexpected_keys"] if not key.startswith("albert.pooler.")}
assert not info["missing_keys"] and not unused and not info["mismatched_keys"], info
print(f"{type(model).__name__}: loaded whole, left out {sorted(info['unexpected_keys'])}")
if not given:
    sys.exit()

predictions, longest = given
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
rows = [row for row in pyarrow.parquet.read_table(predictions).to_pylist() if not row["truncated"]][:200]
distances, lengths, same = [], 0, 0
for row in rows:
    text = tokenizer(*row["texts"], truncation=True, max_length=int(longest), return_tensors="pt")
    lengths += text["input_ids"].shape[1] == row["length"]
    with torch.no_grad():
        logits = model(**text).logits[0]
    if config.problem_type == "regression":
        distances.append(abs(float(logits[0]) - float(row["prediction"])))
        same += distances[-1] < 1e-4
        continue
    named = {config.id2label[index]: float(value) for index, value in enumerate(torch.softmax(logits, 0))}
    distances += [abs(named[name] - value) for name, value in zip(row["classes"], row["probabilities"])]
    same += max(named, key=named.get) == row["prediction"]
print(f"{len(rows)} examples: {lengths} of equal length, {same} predicted alike, largest distance {max(distances):.1e}")

"""
Loads a model that `evaluate` saved as transformers users do, lets it predict what `evaluate` predicted, and says how far
apart the probabilities (of a regression the scores) are: python check_fine_tuned.py CHECKPOINT PREDICTIONS MAX_LENGTH,
where PREDICTIONS is the folder of the table and MAX_LENGTH the run's maxSeqLength.
"""
import sys

import pyarrow.parquet
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

folder, predictions, longest = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(1)
model, info = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
tokenizer = AutoTokenizer.from_pretrained(folder)
rows = pyarrow.parquet.read_table(predictions).to_pylist()[:1000]
regression = model.config.problem_type == "regression"
distances, lengths, same = [], 0, 0
for row in rows:
    text = tokenizer(*row["texts"], truncation=True, max_length=longest, return_tensors="pt")
    lengths += text["input_ids"].shape[1] == row["length"]
    with torch.no_grad():
        logits = model(**text).logits[0]
    if regression:
        distances.append(abs(float(logits[0]) - float(row["prediction"])))
        same += distances[-1] < 1e-3
        continue
    theirs = torch.softmax(logits, 0)
    named = {model.config.id2label[index]: float(value) for index, value in enumerate(theirs)}
    distances += [abs(named[name] - value) for name, value in zip(row["classes"], row["probabilities"])]
    same += max(named, key=named.get) == row["prediction"]
print(f"{type(model).__name__}: {len(rows)} examples, {lengths} of equal length, {same} predicted alike, "
      f"largest distance {max(distances):.2e}")

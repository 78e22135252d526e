"""Loads a checkpoint folder as transformers users do and prints a loss: python check_checkpoint.py FOLDER."""
import sys

import torch
from transformers import AlbertForPreTraining, AutoTokenizer

folder = sys.argv[1]
model, info = AlbertForPreTraining.from_pretrained(folder, output_loading_info=True)
tokenizer = AutoTokenizer.from_pretrained(folder)
assert not info["missing_keys"] and not info["unexpected_keys"], info
assert not info["mismatched_keys"], info
text = tokenizer("We are ##3", "again", return_tensors="pt")
with torch.no_grad():
    out = model(**text)
print(type(tokenizer).__name__, tokenizer.pad_token_id, text["input_ids"].tolist(), out.sop_logits.tolist(), out.prediction_logits[0, 0, :4].tolist())

"""Loads a tokenizer's folder as users of tokenizers and transformers do: python check_tokenizer.py FOLDER.
Reads JSON, a list of texts, and prints what it checked and a list of their ids, which both ways give alike."""
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer
from transformers import AutoTokenizer

folder = Path(sys.argv[1])
texts = json.load(sys.stdin)
plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
plain.encode_special_tokens = True  # a text that reads "[MASK]" is text
auto = AutoTokenizer.from_pretrained(folder)
ids = [encoding.ids for encoding in plain.encode_batch(texts, add_special_tokens=False)]
assert auto(texts, add_special_tokens=False, split_special_tokens=True)["input_ids"] == ids
framed = auto("a", "b")
parts = [plain.encode(text, add_special_tokens=False).ids for text in "ab"]
cls, sep = auto.cls_token_id, auto.sep_token_id
assert framed["input_ids"] == [cls, *parts[0], sep, *parts[1], sep], framed
assert framed["token_type_ids"] == [0] * (len(parts[0]) + 2) + [1] * (len(parts[1]) + 1), framed
roles = {role: getattr(auto, f"{role}_token_id") for role in ("pad", "unk", "cls", "sep", "mask")}
print(json.dumps({"roles": roles, "size": len(auto), "maxLength": auto.model_max_length, "ids": ids}))

"""Fine-tunes AlbertForSequenceClassification on torch CPU. Reads the number of an epoch a line and answers with the
seconds that it took; each batch is padded to its longest example. With "grouped" batches are of about one length, as
the Trainer's group_by_length makes them."""

import json
import random
import sys
import time

import torch
import transformers
from transformers import AlbertConfig, AlbertForSequenceClassification

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
torch.manual_seed(1)
config = AlbertConfig(**options["config"], hidden_act="gelu_new", hidden_dropout_prob=0.0,
                      attention_probs_dropout_prob=0.0, classifier_dropout_prob=options["dropout"], num_labels=2)
model = AlbertForSequenceClassification(config).train()
optimiser = torch.optim.AdamW(model.parameters(), lr=options["learning_rate"], weight_decay=0.01)
with open(options["examples"], encoding="utf-8") as file:
    examples = json.load(file)
size = options["batch"]


def batches(epoch):
    order = list(range(len(examples)))
    draw = random.Random(epoch)
    draw.shuffle(order)
    if options["grouped"]:
        order.sort(key=lambda row: len(examples[row]["ids"]))
    cut = [order[at:at + size] for at in range(0, len(order), size)]
    draw.shuffle(cut)
    return cut


def padded(rows):
    chosen = [examples[row] for row in rows]
    longest = max(len(example["ids"]) for example in chosen)
    fill = lambda values: values + [0] * (longest - len(values))
    return {
        "input_ids": torch.tensor([fill(e["ids"]) for e in chosen]),
        "attention_mask": torch.tensor([fill([1] * len(e["ids"])) for e in chosen]),
        "token_type_ids": torch.tensor(
            [fill([int(at >= e["secondFrom"]) for at in range(len(e["ids"]))]) for e in chosen]),
        "labels": torch.tensor([int(e["label"]) for e in chosen]),
    }


print(f"transformers {transformers.__version__} AlbertForSequenceClassification, torch {torch.__version__} CPU", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for rows in batches(int(line)):
        optimiser.zero_grad(set_to_none=True)
        model(**padded(rows)).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    print(time.perf_counter() - start, flush=True)

"""
Fine-tunes a classifier from given weights on given batches with transformers on torch CPU, without dropout. Reads a job a
line, a path of a JSON file; answers with a JSON line: the loss of every step, and then the logits of other batches.
"""

import json
import re
import sys

import torch
import transformers
from transformers import AlbertForSequenceClassification

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


def tensors(batch):
    shape = (-1, batch["length"])
    names = ("input_ids", "attention_mask", "token_type_ids")
    return {name: torch.tensor(batch[name]).reshape(shape) for name in names}


def run(job):
    model = AlbertForSequenceClassification.from_pretrained(
        job["model"], classifier_dropout_prob=0, hidden_dropout_prob=0, attention_probs_dropout_prob=0
    )
    if model.config.embedding_size == model.config.hidden_size:
        # transformers maps the embeddings all the same: by what has been written as the identity.
        model.albert.encoder.embedding_hidden_mapping_in.requires_grad_(False)
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    kept = [p for n, p in named if re.search("LayerNorm|layer_norm|bias", n)]
    decayed = [p for n, p in named if not re.search("LayerNorm|layer_norm|bias", n)]
    groups = [{"params": decayed, "weight_decay": job["weight_decay"]}, {"params": kept, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=0.0, eps=job["epsilon"])
    losses = []
    for batch in job["steps"]:
        for group in optimiser.param_groups:
            group["lr"] = batch["rate"]
        loss = model(**tensors(batch), labels=torch.tensor(batch["labels"])).loss
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = [model(**tensors(batch)).logits.flatten().tolist() for batch in job["evaluated"]]
    return {"losses": losses, "logits": logits}


print(f"transformers {transformers.__version__}, torch {torch.__version__} CPU", flush=True)
for line in sys.stdin:
    with open(line.strip(), encoding="utf-8") as file:
        print(json.dumps(run(json.load(file))), flush=True)

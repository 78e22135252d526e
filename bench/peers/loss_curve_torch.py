"""Trains AlbertForPreTraining from given weights on given batches on torch CPU in fp32. Reads an optimiser's name a line,
answers with the loss of every step as JSON. AdamW is torch's; LAMB is a transcription of google-research/albert's."""

import json
import re
import sys

import torch
import transformers
from safetensors.torch import load_file
from transformers import AlbertConfig, AlbertForPreTraining

options = json.loads(sys.argv[1])
torch.set_num_threads(options["threads"])
with open(options["batches"]) as file:
    batches = json.load(file)
rates, length = options["rates"], options["sequence_length"]
beta1, beta2, epsilon, decay, clip = 0.9, 0.999, 1e-6, 0.01, 1.0


def make():
    config = AlbertConfig(**{**options["config"], "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0,
                             "classifier_dropout_prob": 0})
    model = AlbertForPreTraining(config)
    missing, unexpected = model.load_state_dict(load_file(options["weights"]), strict=False)
    # The decoder is the word embedding itself, its bias the head's.
    assert not unexpected and all(name.startswith("predictions.decoder") for name in missing), (missing, unexpected)
    if config.embedding_size == config.hidden_size:
        # transformers maps the embeddings all the same: by what has been written as the identity.
        model.albert.encoder.embedding_hidden_mapping_in.requires_grad_(False)
    return model, {n: p for n, p in model.named_parameters() if p.requires_grad}


def tensors(batch):
    ids = torch.tensor(batch["input_ids"]).reshape(-1, length)
    labels = torch.full(ids.shape, -100)
    for position, target in zip(batch["masked_lm_positions"], batch["masked_lm_ids"]):
        labels[position // length, position % length] = target
    return {"input_ids": ids, "attention_mask": torch.tensor(batch["attention_mask"]).reshape(ids.shape),
            "token_type_ids": torch.tensor(batch["token_type_ids"]).reshape(ids.shape), "labels": labels,
            "sentence_order_label": torch.tensor(batch["sentence_order_labels"])}


def is_decayed(name):
    return not re.search("LayerNorm|layer_norm|bias", name)


def adamw(parameters):
    groups = [{"params": [p for n, p in parameters.items() if is_decayed(n) == decayed], "weight_decay": weight}
              for decayed, weight in ((True, decay), (False, 0.0))]
    optimiser = torch.optim.AdamW(groups, lr=0.0, betas=(beta1, beta2), eps=epsilon)

    def step(rate):
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()

    return step


def lamb(parameters):
    moments = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in parameters.items()}

    @torch.no_grad()
    def step(rate):
        for name, p in parameters.items():
            m, v = moments[name]
            m.mul_(beta1).add_(p.grad, alpha=1 - beta1)
            v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
            update, ratio = m / (v.sqrt() + epsilon), 1.0
            if is_decayed(name):
                update = update + decay * p
                size, move = p.norm(), update.norm()
                ratio = size / move if size > 0 and move > 0 else 1.0
            p -= ratio * rate * update

    return step


def curve(optimiser):
    model, parameters = make()
    step = {"adamw": adamw, "lamb": lamb}[optimiser](parameters)
    losses = []
    for batch, rate in zip(batches, rates):
        model.zero_grad(set_to_none=True)
        loss = model(**tensors(batch)).loss
        loss.backward()
        norm = torch.sqrt(sum(p.grad.square().sum() for p in parameters.values()))
        for p in parameters.values():
            p.grad *= clip / max(clip, norm)
        step(rate)
        losses.append(loss.item())
    return losses


print(f"transformers {transformers.__version__} AlbertForPreTraining, torch {torch.__version__} CPU", flush=True)
for line in sys.stdin:
    print(json.dumps(curve(line.strip())), flush=True)

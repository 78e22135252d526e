"""Writes training.safetensors: hidden states, logits, losses, every gradient, and what ten steps of LAMB and of AdamW
make of every parameter, in float64 by Hugging Face transformers on torch, for each way of sharing parameters. AdamW is
torch's; LAMB is a transcription of google-research/albert's lamb_optimizer.py, because neither library has one.
Weights and batches are those of test/model/gold.ts. Run: python training_gold.py (torch, transformers, safetensors)."""

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AlbertForPreTraining

from albert_gold import HERE, NORM_OR_BIAS, batch, config, fill

STEPS, RATE, CLIP = 10, 1e-3, 1.0
BETA1, BETA2, EPSILON, DECAY = 0.9, 0.999, 1e-6, 0.01
SMALL = {"embedding_size": 4, "hidden_size": 8, "intermediate_size": 16}
ATTENTION = ["attention"]
FFN = ["ffn", "ffn_output", "full_layer_layer_norm"]

# transformers shares whole groups of layers; sharing parts of a layer is tying modules of groups.
CASES = {
    "all": dict(),
    "groups": dict(num_hidden_layers=4, num_hidden_groups=2, inner_group_num=2, hidden_act="gelu"),
    "none": dict(num_hidden_groups=3, hidden_act="relu"),
    "attention": dict(num_hidden_groups=3, tied=ATTENTION),
    "ffn": dict(num_hidden_groups=3, tied=FFN, hidden_act="gelu"),
    "wide": dict(embedding_size=8),
}


def make(tied=(), **changes):
    settings = {**SMALL, **changes}
    model = AlbertForPreTraining(config(**settings))
    groups = model.albert.encoder.albert_layer_groups
    for group in groups[1:]:
        for name in tied:
            setattr(group.albert_layers[0], name, getattr(groups[0].albert_layers[0], name))
    mapping = model.albert.encoder.embedding_hidden_mapping_in
    wide = settings["embedding_size"] == settings["hidden_size"]
    frozen = [f"albert.encoder.embedding_hidden_mapping_in.{kind}" for kind in ("weight", "bias")] if wide else []
    parameters = fill(model, frozen)
    if wide:
        # transformers always maps the embeddings; we and google-research/albert do not where the widths are equal.
        with torch.no_grad():
            mapping.weight.copy_(torch.eye(settings["hidden_size"]))
            mapping.bias.zero_()
    return model.double(), parameters


def loss_of(model, step):
    features, labels, orders = batch(step)
    return model(**features, labels=labels, sentence_order_label=orders, output_hidden_states=True)


class Lamb:
    def __init__(self, parameters):
        self.parameters = parameters
        self.moments = {name: (torch.zeros_like(p), torch.zeros_like(p)) for name, p in parameters.items()}

    @torch.no_grad()
    def step(self):
        for name, p in self.parameters.items():
            m, v = self.moments[name]
            m = BETA1 * m + (1 - BETA1) * p.grad
            v = BETA2 * v + (1 - BETA2) * p.grad.square()
            self.moments[name] = (m, v)
            update = m / (v.sqrt() + EPSILON)
            ratio = 1.0
            if not NORM_OR_BIAS.search(name):
                update = update + DECAY * p
                w_norm, u_norm = p.norm(), update.norm()
                ratio = w_norm / u_norm if w_norm > 0 and u_norm > 0 else 1.0
            p -= ratio * RATE * update


def adamw(parameters):
    decayed = [p for n, p in parameters.items() if not NORM_OR_BIAS.search(n)]
    rest = [p for n, p in parameters.items() if NORM_OR_BIAS.search(n)]
    return torch.optim.AdamW([{"params": decayed, "weight_decay": DECAY}, {"params": rest, "weight_decay": 0}],
                             lr=RATE, betas=(BETA1, BETA2), eps=EPSILON)


def train(make_optimiser, changes):
    model, parameters = make(**changes)
    optimiser = make_optimiser(parameters)
    losses = []
    for step in range(STEPS):
        model.zero_grad()
        loss = loss_of(model, step).loss
        loss.backward()
        losses.append(float(loss.detach()))
        # Google's clip_by_global_norm; torch's adds 1e-6 to the norm.
        norm = torch.sqrt(sum(p.grad.square().sum() for p in parameters.values()))
        for p in parameters.values():
            p.grad *= CLIP / max(CLIP, norm)
        optimiser.step()
    return losses, parameters


def case(name, changes):
    model, parameters = make(**changes)
    out = loss_of(model, 0)
    out.loss.backward()
    # The embeddings come first; then there is one for each block of a layer.
    layers = out.hidden_states[1:][model.config.inner_group_num - 1 :: model.config.inner_group_num]
    tensors = {"hidden_states": torch.stack(layers), "masked_lm_logits": out.prediction_logits,
               "sentence_order_logits": out.sop_logits}
    tensors |= {f"gradient/{n}": p.grad for n, p in parameters.items()}
    for optimiser, make_optimiser in (("lamb", Lamb), ("adamw", adamw)):
        losses, trained = train(make_optimiser, changes)
        tensors[f"{optimiser}_losses"] = torch.tensor(losses, dtype=torch.float64)
        tensors |= {f"{optimiser}/{n}": p for n, p in trained.items()}
    return {f"{name}/{n}": t.detach().numpy().astype(np.float32) for n, t in tensors.items()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    gold = {}
    for name, changes in CASES.items():
        gold |= case(name, changes)
    save_file(gold, HERE / "training.safetensors")

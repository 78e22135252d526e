"""Writes optimisers.json: what LAMB and AdamW make of small tensors under each of their options: a transcription in
float64, held to Keras's LAMB and torch's AdamW where these have the options. Values are those of `formula` in
albert_gold.py. Run: python optimisers_gold.py (torch, keras, tensorflow)."""

import json
import os
import re

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import torch

from albert_gold import HERE, NORM_OR_BIAS, formula

STEPS, RATE = 5, 0.01
SIZES = {"dense.weight": 12, "dense.bias": 4, "LayerNorm.weight": 4, "still.weight": 6, "zero.weight": 6}
NORMS_AND_BIASES = ["LayerNorm", "layer_norm", "bias"]

# Options by the names that optimiserSchema has for them; the others are its defaults.
CASES = {
    "bias correction": dict(biasCorrection=True),
    "bias correction, all adapted, no decay": dict(
        biasCorrection=True, weightDecay=0, clipNorm=None, excludeFromLayerAdaptation=[], epsilon=1e-7),
    "a trust ratio within bounds": dict(trustRatioRange=[0.25, 0.5]),
    "a bound on the norm of a parameter": dict(maxParameterNorm=0.4),
    "gradients of norm 1, all adapted": dict(
        normaliseGradients=True, biasCorrection=True, excludeFromLayerAdaptation=[]),
    "other exclusions": dict(excludeFromWeightDecay=["^still"], excludeFromLayerAdaptation=["dense", "zero"]),
    "decay without exclusions": dict(excludeFromWeightDecay=[], weightDecay=0.1),
    "gradients clipped": dict(clipNorm=0.05),
    "other averages": dict(beta1=0.5, beta2=0.9, epsilon=1e-3),
    "AdamW without bias correction": dict(name="adamw"),
    "AdamW": dict(name="adamw", biasCorrection=True, clipNorm=None, epsilon=1e-8),
}


def beginnings():
    values = {name: formula(i, size, 0.3) for i, (name, size) in enumerate(SIZES.items())}
    values["zero.weight"][:] = 0
    return values


def gradients(step):
    values = {name: formula(100 * step + 50 + i, size, 0.1) for i, (name, size) in enumerate(SIZES.items())}
    values["still.weight"][:] = 0
    return values


def found(name, patterns):
    return any(re.search(pattern, name) for pattern in patterns)


def transcribed(name="lamb", beta1=0.9, beta2=0.999, epsilon=1e-6, weightDecay=0.01, biasCorrection=False,
                clipNorm=1.0, normaliseGradients=False, excludeFromWeightDecay=NORMS_AND_BIASES,
                excludeFromLayerAdaptation=None, trustRatioRange=None, maxParameterNorm=None):
    unadapted = excludeFromWeightDecay if excludeFromLayerAdaptation is None else excludeFromLayerAdaptation
    x = beginnings()
    m = {n: np.zeros_like(p) for n, p in x.items()}
    v = {n: np.zeros_like(p) for n, p in x.items()}
    for step in range(STEPS):
        grads = gradients(step)
        norm = np.sqrt(sum(np.square(g).sum() for g in grads.values()))
        if normaliseGradients:
            scale = 1 / norm
        else:
            scale = 1.0 if clipNorm is None else min(1.0, clipNorm / norm)
        for n in x:
            g = grads[n] * scale
            m[n] = beta1 * m[n] + (1 - beta1) * g
            v[n] = beta2 * v[n] + (1 - beta2) * np.square(g)
            mean = m[n] / (1 - beta1 ** (step + 1)) if biasCorrection else m[n]
            variance = v[n] / (1 - beta2 ** (step + 1)) if biasCorrection else v[n]
            update = mean / (np.sqrt(variance) + epsilon)
            if not found(n, excludeFromWeightDecay):
                update = update + weightDecay * x[n]
            ratio = 1.0
            if name == "lamb" and not found(n, unadapted):
                size, length = np.linalg.norm(x[n]), np.linalg.norm(update)
                if maxParameterNorm is not None:
                    size = min(size, maxParameterNorm)
                if size > 0 and length > 0:
                    ratio = size / length
                if trustRatioRange is not None:
                    ratio = np.clip(ratio, *trustRatioRange)
            x[n] = x[n] - RATE * ratio * update
    return x


def keras_lamb(case):
    keras.config.set_floatx("float64")
    variables = {n: keras.Variable(p, name=n.replace(".", "_")) for n, p in beginnings().items()}
    optimiser = keras.optimizers.Lamb(learning_rate=RATE, epsilon=CASES[case]["epsilon"])
    for step in range(STEPS):
        optimiser.apply([keras.ops.convert_to_tensor(g) for g in gradients(step).values()], list(variables.values()))
    return {n: np.array(p) for n, p in variables.items()}


def torch_adamw(case):
    tensors = {n: torch.tensor(p, requires_grad=True) for n, p in beginnings().items()}
    decayed = [p for n, p in tensors.items() if not NORM_OR_BIAS.search(n)]
    rest = [p for n, p in tensors.items() if NORM_OR_BIAS.search(n)]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0}],
        lr=RATE, betas=(0.9, 0.999), eps=CASES[case]["epsilon"])
    for step in range(STEPS):
        for n, g in gradients(step).items():
            tensors[n].grad = torch.tensor(g)
        optimiser.step()
    return {n: p.detach().numpy() for n, p in tensors.items()}


# With how much each agrees: Keras has its betas in float32.
LIBRARIES = {"bias correction, all adapted, no decay": (keras_lamb, 1e-6), "AdamW": (torch_adamw, 1e-12)}

if __name__ == "__main__":
    cases = []
    for case, options in CASES.items():
        parameters = transcribed(**options)
        if case in LIBRARIES:
            library, tolerance = LIBRARIES[case]
            for n, p in library(case).items():
                np.testing.assert_allclose(p, parameters[n], rtol=0, atol=tolerance, err_msg=f"{case}, {n}")
        cases.append({"case": case, "options": options, "parameters": {n: p.tolist() for n, p in parameters.items()}})
    (HERE / "optimisers.json").write_text(json.dumps(cases, indent=1) + "\n")

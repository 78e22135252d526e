"""Writes metrics.json: labels and predictions with scikit-learn's and SciPy's scores of them."""

import json
import math
import random
import warnings
from pathlib import Path

from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import accuracy_score, f1_score, matthews_corrcoef

warnings.simplefilter("ignore")
rng = random.Random(20)


def classification(name, labels, predictions):
    binary = set(labels) | set(predictions) <= {0, 1}
    return {
        "name": name,
        "labels": labels,
        "predictions": predictions,
        "accuracy": accuracy_score(labels, predictions),
        "matthews": matthews_corrcoef(labels, predictions),
        "f1": f1_score(labels, predictions, zero_division=0) if binary else None,
    }


def correlation(name, x, y):
    def value(result):
        return None if math.isnan(result[0]) else float(result[0])

    return {"name": name, "x": x, "y": y, "pearson": value(pearsonr(x, y)), "spearman": value(spearmanr(x, y))}


def noisy(classes, rows, right):
    labels = [rng.randrange(classes) for _ in range(rows)]
    predictions = [label if rng.random() < right else rng.randrange(classes) for label in labels]
    return labels, predictions


def few_values(rows, values):
    return [rng.choice(values) for _ in range(rows)]


gold = {
    "classification": [
        classification("one row, right", [1], [1]),
        classification("one row, wrong", [1], [0]),
        classification("all right, both classes", [0, 1, 1, 0], [0, 1, 1, 0]),
        classification("all wrong", [0, 1, 1, 0], [1, 0, 0, 1]),
        classification("constant prediction 1", [0, 1, 1, 0, 1], [1] * 5),
        classification("constant prediction 0", [0, 1, 1, 0, 1], [0] * 5),
        classification("constant label 0", [0] * 5, [0, 1, 1, 0, 1]),
        classification("constant and equal, 0", [0] * 4, [0] * 4),
        classification("constant and equal, 1", [1] * 4, [1] * 4),
        classification("constant and opposite", [0] * 4, [1] * 4),
        classification("skewed", [0] * 95 + [1] * 5, [0] * 93 + [1, 1, 1, 1, 0, 0, 0]),
        classification("binary, 1043 rows", *noisy(2, 1043, 0.6)),
        classification("binary, chance", *noisy(2, 500, 0.0)),
        classification("three classes", *noisy(3, 600, 0.5)),
        classification("three classes, one never predicted", [0, 1, 2, 0, 1, 2], [0, 1, 1, 0, 0, 1]),
        classification("three classes, constant prediction", [0, 1, 2, 0, 1, 2], [2] * 6),
        *(
            classification(f"random {n}", few_values(rows, labels), few_values(rows, predicted))
            for n in range(80)
            for rows in [rng.randint(1, 25)]
            for labels in [rng.choice([[0], [1], [0, 1], [0, 1], [0, 0, 0, 1], [0, 1, 2], [0, 1, 2, 3]])]
            for predicted in [rng.choice([[0], [1], [0, 1], labels, labels])]
        ),
    ],
    "correlation": [
        correlation("two rows", [0.0, 1.0], [3.0, 1.0]),
        correlation("line", [1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]),
        correlation("monotone", [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 8.0, 27.0, 64.0, 125.0]),
        correlation("ties", [5.0, 5.0, 3.2, 3.2, 0.0, 1.0], [4.9, 4.1, 4.1, 2.0, 2.0, 2.0]),
        correlation("constant prediction", [0.5, 1.0, 4.5], [2.7, 2.7, 2.7]),
        correlation("constant whose mean is inexact", [0.1] * 7, [0.3, 0.1, 0.2, 0.5, 0.4, 0.9, 0.7]),
        correlation("both constant", [1.0, 1.0, 1.0], [2.0, 2.0, 2.0]),
        correlation("similarity scores", *(lambda x: (x, [v + rng.gauss(0, 1) for v in x]))([rng.randrange(26) / 5 for _ in range(400)])),
        correlation("unrelated", [rng.gauss(0, 1) for _ in range(200)], [rng.gauss(0, 1) for _ in range(200)]),
        *(
            correlation(f"random {n}", few_values(rows, x), few_values(rows, y))
            for n in range(80)
            for rows in [rng.randint(2, 25)]
            for x in [rng.choice([[0.0, 1.0], [0.0, 0.2, 3.8, 5.0], [2.5], [rng.gauss(0, 1) for _ in range(30)]])]
            for y in [rng.choice([[0.1, 0.7], x, [1e-9, 2e-9, 5e-9], [rng.gauss(0, 1e6) for _ in range(30)]])]
        ),
        correlation("large offset", [1e6 + v for v in range(20)], [1e6 + v * v for v in range(20)]),
    ],
}
Path(__file__).with_name("metrics.json").write_text(json.dumps(gold) + "\n")

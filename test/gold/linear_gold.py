"""Writes linear.json: scikit-learn's logistic and ridge regression on small sparse problems."""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

random = np.random.default_rng(7)
rows, width = 60, 12
matrix = random.random((rows, width)) * (random.random((rows, width)) < 0.3)
matrix[3] = 0
truth = random.normal(size=(width, 3))
noise = random.normal(size=(rows, 3))
classes = np.argmax(matrix @ truth * 3 + noise, axis=1)
scores = matrix @ truth[:, 0] * 2 + 3 + 0.3 * noise[:, 0]


def logistic(labels, strength):
    model = LogisticRegression(C=strength, tol=1e-12, max_iter=100_000).fit(matrix, labels)
    return {
        "labels": labels.tolist(),
        "inverse_regularisation": strength,
        "weights": model.coef_.tolist(),
        "intercepts": model.intercept_.tolist(),
        "probabilities": model.predict_proba(matrix).tolist(),
    }


def ridge(penalty):
    model = Ridge(alpha=penalty, solver="cholesky").fit(matrix, scores)
    return {
        "penalty": penalty,
        "weights": model.coef_.tolist(),
        "intercept": model.intercept_,
        "predictions": model.predict(matrix).tolist(),
    }


gold = {
    "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "matrix": matrix.tolist(),
    "logistic": [
        logistic((classes == 0).astype(int), 1.0),
        logistic((classes == 0).astype(int), 25.0),
        logistic(classes, 1.0),
        logistic(classes, 0.1),
    ],
    "scores": scores.tolist(),
    "ridge": [ridge(1.0), ridge(0.01)],
}
Path(__file__).with_name("linear.json").write_text(json.dumps(gold) + "\n")

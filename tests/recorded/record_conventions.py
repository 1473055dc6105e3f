"""Record paths of PyTorch, Keras and Optax in float64, which test_conventions.py compares with.

To record again, in an environment of its own (CPU is enough; Keras runs on torch):

    pip install torch==2.13.0 keras==3.15.1 optax==0.2.8 jax==0.10.2
    python tests/recorded/record_conventions.py

It takes a minute and writes conventions.json: the versions; the defaults that each library's own signatures give, by
the course's names; the steps kept; and for each run its library, rule, landscape, hyper-parameters and theta at the
kept steps. Each optimizer is handed the same gradients, computed in NumPy: only its update is recorded.
"""

import inspect
import json
import os
import platform
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import jax
import keras
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)
keras.backend.set_floatx("float64")

STEPS = 300
KEPT = [0, 1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100, 200, 300]

STARTS = {"bowl": (-5.0, -2.0), "rosenbrock": (-1.2, 1.0)}


def bowl(theta):
    return np.array([0.2, 4.0]) * theta


def rosenbrock(theta):
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


GRADIENTS = {"bowl": bowl, "rosenbrock": rosenbrock}

# By library and rule: what makes the optimizer, and its names for the course's hyper-parameters.
OPTIMIZERS = {
    "PyTorch": {
        "momentum": (torch.optim.SGD, {"lr": "lr", "beta": "momentum"}),
        "AdaGrad": (torch.optim.Adagrad, {"lr": "lr", "eps": "eps"}),
        "RMSProp": (torch.optim.RMSprop, {"lr": "lr", "rho": "alpha", "eps": "eps"}),
        "Adam": (torch.optim.Adam, {"lr": "lr", "beta1": "betas", "beta2": "betas", "eps": "eps"}),
    },
    "Keras": {
        "momentum": (keras.optimizers.SGD, {"lr": "learning_rate", "beta": "momentum"}),
        "AdaGrad": (
            keras.optimizers.Adagrad,
            {"lr": "learning_rate", "v0": "initial_accumulator_value", "eps": "epsilon"},
        ),
        "RMSProp": (keras.optimizers.RMSprop, {"lr": "learning_rate", "rho": "rho", "eps": "epsilon"}),
        "Adam": (
            keras.optimizers.Adam,
            {"lr": "learning_rate", "beta1": "beta_1", "beta2": "beta_2", "eps": "epsilon"},
        ),
    },
    "Optax": {
        "momentum": (optax.sgd, {"lr": "learning_rate", "beta": "momentum"}),
        "AdaGrad": (optax.adagrad, {"lr": "learning_rate", "v0": "initial_accumulator_value", "eps": "eps"}),
        "RMSProp": (optax.rmsprop, {"lr": "learning_rate", "rho": "decay", "eps": "eps"}),
        "Adam": (optax.adam, {"lr": "learning_rate", "beta1": "b1", "beta2": "b2", "eps": "eps"}),
    },
}

# Rates at which neighbouring paths stay neighbours, so that rounding does not grow from step to step.
RUNS = {
    "momentum": [
        ("bowl", dict(lr=0.1, beta=0.9)),
        ("bowl", dict(lr=0.3, beta=0.5)),
        ("rosenbrock", dict(lr=1e-4, beta=0.9)),
    ],
    "AdaGrad": [
        ("bowl", dict(lr=0.4, eps=1e-7)),
        ("bowl", dict(lr=0.4, eps=0.5)),
        ("rosenbrock", dict(lr=0.2, eps=1e-7)),
        ("rosenbrock", dict(lr=0.5, eps=20.0)),
    ],
    "RMSProp": [
        ("bowl", dict(lr=0.01, rho=0.9, eps=1e-7)),
        ("bowl", dict(lr=0.02, rho=0.99, eps=0.1)),
        ("rosenbrock", dict(lr=0.001, rho=0.99, eps=1e-7)),
        ("rosenbrock", dict(lr=0.002, rho=0.9, eps=2.0)),
    ],
    "Adam": [
        ("bowl", dict(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-7)),
        ("bowl", dict(lr=0.1, beta1=0.5, beta2=0.9, eps=0.1)),
        ("rosenbrock", dict(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-7)),
        ("rosenbrock", dict(lr=0.02, beta1=0.8, beta2=0.99, eps=1.0)),
    ],
}
STARTS_OF_V = [("bowl", dict(lr=0.4, v0=0.0, eps=0.1)), ("bowl", dict(lr=0.4, v0=3.0, eps=0.1))]


def named(names, hyper):
    """The hyper-parameters by the library's names; PyTorch wants Adam's two decays as a pair."""
    given = {names[name]: value for name, value in hyper.items()}
    if "betas" in given:
        given["betas"] = (hyper["beta1"], hyper["beta2"])
    return given


def pytorch(make, hyper):
    def walk(start, grad):
        theta = torch.tensor(start, dtype=torch.float64)
        optimizer = make([theta], **hyper)
        for _ in range(STEPS):
            theta.grad = torch.tensor(grad(theta.numpy()))
            optimizer.step()
            yield theta.tolist()

    return walk


def with_keras(make, hyper):
    def walk(start, grad):
        theta = keras.Variable(np.array(start), dtype="float64")
        optimizer = make(**hyper)
        for _ in range(STEPS):
            optimizer.apply([torch.tensor(grad(keras.ops.convert_to_numpy(theta)))], [theta])
            yield keras.ops.convert_to_numpy(theta).tolist()

    return walk


def with_optax(make, hyper):
    def walk(start, grad):
        theta = jax.numpy.array(start)
        optimizer = make(**hyper)
        state = optimizer.init(theta)
        update = jax.jit(optimizer.update)
        for _ in range(STEPS):
            updates, state = update(jax.numpy.array(grad(np.array(theta))), state)
            theta = optax.apply_updates(theta, updates)
            yield theta.tolist()

    return walk


WALKS = {"PyTorch": pytorch, "Keras": with_keras, "Optax": with_optax}


def record_run(library, rule, landscape, hyper):
    make, names = OPTIMIZERS[library][rule]
    start = STARTS[landscape]
    walk = WALKS[library](make, named(names, hyper))
    path = [list(start), *walk(start, GRADIENTS[landscape])]
    theta = [path[step] for step in KEPT]
    return {"library": library, "rule": rule, "landscape": landscape, "hyper": hyper, "theta": theta}


def defaults(library, rule):
    """What the library's signature sets, by the course's names; without lr where it has none."""
    make, names = OPTIMIZERS[library][rule]
    given = {name: parameter.default for name, parameter in inspect.signature(make).parameters.items()}
    values = {name: given[theirs] for name, theirs in names.items() if given[theirs] is not inspect.Parameter.empty}
    if "betas" in given:
        values["beta1"], values["beta2"] = given["betas"]
    return values


def main():
    record = {
        "versions": {
            "torch": torch.__version__,
            "keras": keras.__version__,
            "optax": optax.__version__,
            "jax": jax.__version__,
            "python": platform.python_version(),
        },
        "defaults": {library: {rule: defaults(library, rule) for rule in RUNS} for library in OPTIMIZERS},
        "steps": KEPT,
        "runs": [
            record_run(library, rule, landscape, hyper)
            for library, optimizers in OPTIMIZERS.items()
            for rule in RUNS
            for landscape, hyper in RUNS[rule] + (STARTS_OF_V if "v0" in optimizers[rule][1] else [])
        ],
    }
    text = json.dumps(record).replace('{"library"', '\n{"library"') + "\n"  # one line a run
    (Path(__file__).parent / "conventions.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

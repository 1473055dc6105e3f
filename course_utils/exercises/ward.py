"""Training runs, all but one of which are ill, in one way each."""

from string import ascii_uppercase
from typing import NamedTuple

import numpy as np

from ..descent import descend
from ..problems import minibatches
from ..rules import State, adam, gradient_descent, momentum
from .mistakes import MISTAKES, edited

ROWS = 80  # of each curve, beside its start


class Patient(NamedTuple):
    """A run: what it suffers from, a sentence on how that is seen, how it was run, and its losses from start to end."""

    diagnosis: str
    because: str
    how: str
    losses: np.ndarray


def patients(network):
    """The runs by letter, from A on, in an order that tells nothing.

    network : Classifier of the digits, 64 inputs, 64 hidden units, 10 classes

    About a second's work. A loss is that of every fourth row.
    """
    seen = network.on(network.inputs[::4], network.labels[::4])
    order = np.random.default_rng(5).permutation(len(ILLS))
    runs = {}
    for letter, place in zip(ascii_uppercase, order, strict=False):
        diagnosis, because, how, run = ILLS[place]
        runs[letter] = Patient(diagnosis, because, how, seen.loss(run(network).theta))
    return runs


def _train(network, rule, size=64, steps=4 * ROWS, start=1, deal=None, factor=1, **hyper):
    """A run of which ROWS states are kept beside its start; its gradient is multiplied by factor, or factor(t)."""
    rows = len(network.inputs)
    right = network.batch_grad(deal or minibatches(rows, size, epochs=1 + steps * size // rows, seed=1))

    def grad(theta, t):
        return (factor(t) if callable(factor) else factor) * right(theta, t)

    return descend(rule, grad, network.start(start), steps, every=steps // ROWS, **hyper)


def _by_halves(network):
    """Batches of 64 in each of which the digits are below 5, and then, to the end of the epoch, 5 or above."""
    rng = np.random.default_rng(1)
    for _ in range(7):
        rows = np.concatenate(
            [rng.permutation(np.flatnonzero(half)) for half in (network.labels < 5, network.labels > 4)]
        )
        yield from (rows[first : first + 64] for first in range(0, len(rows), 64))


def _fading(prev, g, lr):
    t = prev.t + 1
    return State(theta=prev.theta - lr * 0.98**t * g, t=t)


def _cut(prev, g, lr, beta=0.9):
    t = prev.t + 1
    m = beta * prev.m + g
    return State(theta=prev.theta - (lr if t < 300 else lr / 30) * m, m=m, t=t)


def _without_hats(network, **how):
    (edit,) = (edit for edit in MISTAKES[adam] if edit[-1].startswith("Neither m nor v is corrected"))
    return _train(network, edited(adam, edit), **how)


# What it is called, how it is seen, how it was run, and the run.
ILLS = [
    (
        "healthy",
        "A healthy run falls fast, then more slowly, and is only a little rough.",
        "Adam, η = 0.005",
        lambda network: _train(network, adam, lr=0.005),
    ),
    (
        "η too small",
        "With η too small the curve is smooth and straight, and does not get far.",
        "Adam, η = 0.0002",
        lambda network: _train(network, adam, lr=0.0002),
    ),
    (
        "η too large",
        "With η too large the first steps throw the weights out, and the loss stays at ln 10 = 2.3, that of guessing.",
        "gradient descent, η = 3",
        lambda network: _train(network, gradient_descent, lr=3.0),
    ),
    (
        "η at the edge",
        "At the edge the loss falls fast and far, but now and then a steep place throws it up tenfold or so.",
        "gradient descent, η = 1",
        lambda network: _train(network, gradient_descent, lr=1.0),
    ),
    (
        "batches of 1",
        "The gradient of a single image is mostly noise: the curve is rough all along and ends on a floor.",
        "gradient descent, η = 0.05, batches of 1",
        lambda network: _train(network, gradient_descent, size=1, steps=30 * ROWS, lr=0.05),
    ),
    (
        "β too large",
        "With β too large the walk rolls past and comes back: the loss swings in slow waves.",
        "momentum, η = 0.02, β = 0.999",
        lambda network: _train(network, momentum, steps=3 * ROWS, lr=0.02, beta=0.999),
    ),
    (
        "no correction",
        "Without correction and with β₂ close to 1 the first steps are far too long: the loss jumps before it falls.",
        "Adam without its hats, η = 0.005, β₂ = 0.99999",
        lambda network: _without_hats(network, start=2, lr=0.005, beta2=0.99999),
    ),
    (
        "sign turned",
        "With the sign turned it walks uphill, smoothly and ever faster.",
        "momentum, η = 0.002, the gradient times -1",
        lambda network: _train(network, momentum, lr=0.002, factor=-1),
    ),
    (
        "η decays early",
        "Where η decays too early the curve falls well and then freezes, flat and smooth.",
        "gradient descent, η = 0.5, 2 % less at each step",
        lambda network: _train(network, _fading, lr=0.5),
    ),
    (
        "η cut late",
        "Once η is cut, a rough curve leaves its floor, and is smooth from there on.",
        "momentum, η = 0.3, and 0.01 from step 300 on, batches of 32",
        lambda network: _train(network, _cut, size=32, steps=7 * ROWS, lr=0.3),
    ),
    (
        "one broken batch",
        "One broken batch makes one spike in a calm curve, from which it takes long to come back.",
        "momentum, η = 0.03, the gradient of step 200 times -300",
        lambda network: _train(network, momentum, lr=0.03, factor=lambda t: -300 if t == 200 else 1),
    ),
    (
        "not shuffled",
        "Where rows are not shuffled, each part of an epoch unlearns what the last one taught: teeth of equal length.",
        "gradient descent, η = 0.3, digits 0 to 4 before 5 to 9",
        lambda network: _train(network, gradient_descent, steps=2 * ROWS, deal=list(_by_halves(network)), lr=0.3),
    ),
]
"""The healthy one first."""

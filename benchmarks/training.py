"""How much training by walk and descend costs beside a loop written by hand and beside PyTorch.

`python benchmarks/training.py` trains the network 64-64-10 on the digits: 10 epochs of Adam, batches of 64. Each
repeat times all ways one after another; what counts is the median of the repeats' ratios. At the end: ten learning
rates at once against one after another.
"""

import statistics
from timeit import timeit

import numpy as np

from course_utils import adam, descend, walk
from course_utils.problems import Classifier, digits, minibatches

LR, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-8
IMAGES, LABELS = digits()
BATCHES = minibatches(len(LABELS), 64, epochs=10)
STEPS = len(BATCHES)
EPOCH = STEPS // 10
NETWORK = Classifier(IMAGES, LABELS, hidden=(64,))
START = NETWORK.start()
GRAD = NETWORK.batch_grad(BATCHES)
LRS = np.logspace(-4, -1, 10)


def by_hand():
    """Adam on the network in plain NumPy; theta is kept once an epoch."""
    theta, m, v = START, np.zeros(START.shape), np.zeros(START.shape)
    targets = np.eye(10)[LABELS]
    thetas = [theta]
    for t, rows in enumerate(BATCHES, 1):
        x = IMAGES[rows]
        w1, b1 = theta[:4096].reshape(64, 64), theta[4096:4160]
        w2, b2 = theta[4160:4800].reshape(64, 10), theta[4800:]
        hidden = np.maximum(x @ w1 + b1, 0)
        scores = hidden @ w2 + b2
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (odds / odds.sum(axis=1, keepdims=True) - targets[rows]) / len(rows)
        passed = error @ w2.T * (hidden > 0)
        g = np.concatenate([(x.T @ passed).ravel(), passed.sum(axis=0), (hidden.T @ error).ravel(), error.sum(axis=0)])
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        m_hat = m / (1 - BETA1**t)
        v_hat = v / (1 - BETA2**t)
        theta = theta - LR / (np.sqrt(v_hat) + EPS) * m_hat
        if t % EPOCH == 0:
            thetas.append(theta)
    return thetas[-1]


def by_walk():
    """The same by the course's rule, model and walk."""
    states = enumerate(walk(adam, GRAD, START, STEPS, lr=LR))
    return [state.theta for t, state in states if t % EPOCH == 0][-1]


def by_descend():
    return descend(adam, GRAD, START, STEPS, every=EPOCH, lr=LR).theta[-1]


def by_torch():
    """The same in PyTorch on one thread; nothing is kept."""
    layers = [torch.nn.Linear(64, 64), torch.nn.Linear(64, 10)]
    network = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1]).double()
    with torch.no_grad():
        for layer, (w, b) in zip(layers, NETWORK.split(START), strict=True):
            layer.weight.copy_(torch.tensor(w.T))
            layer.bias.copy_(torch.tensor(b))
    images, labels = torch.tensor(IMAGES), torch.tensor(LABELS)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, betas=(BETA1, BETA2), eps=EPS)
    for rows in map(torch.tensor, BATCHES):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(images[rows]), labels[rows]).backward()
        optimizer.step()
    return np.concatenate(
        [part for layer in layers for part in (layer.weight.detach().numpy().T.ravel(), layer.bias.detach().numpy())]
    )


def one_after_another():
    return [last(walk(adam, GRAD, START, STEPS, lr=lr)) for lr in LRS]


def all_at_once():
    return last(walk(adam, GRAD, START, STEPS, lr=LRS))


def last(states):
    for state in states:
        theta = state.theta
    return theta


def compare(ways, repeats):
    """Time the ways in turn, once they are seen to end at the same theta; returns {way: seconds of each repeat}."""
    ends = [way() for way in ways]
    for end in ends[1:]:
        np.testing.assert_allclose(end, ends[0], rtol=1e-6, atol=1e-9)
    times = [[timeit(way, number=1) for way in ways] for _ in range(repeats)]
    return dict(zip(ways, zip(*times, strict=True), strict=True))


def report(what, times, one, other, target):
    ratio = statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))
    both = " against ".join(f"{statistics.median(times[way]) * 1e3:.0f} ms" for way in (one, other))
    print(f"{what}: {ratio:.2f} times ({both}), {target}")


if __name__ == "__main__":
    ways = [by_hand, by_walk, by_descend]
    try:
        import torch
    except ImportError:
        print("PyTorch / descend: torch is not installed, skipped")
    else:
        torch.set_num_threads(1)
        ways.append(by_torch)
    times = compare(ways, 15)
    report("walk / by hand", times, by_walk, by_hand, "target at most 1.5")
    report("descend / by hand", times, by_descend, by_hand, "target at most 1.5")
    if by_torch in times:
        report("PyTorch / descend", times, by_torch, by_descend, "target at least 3")
    sweep = compare([one_after_another, all_at_once], 5)
    report(
        f"{len(LRS)} learning rates, one after another / at once", sweep, one_after_another, all_at_once, "no target"
    )

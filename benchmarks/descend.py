"""How much descend costs beside a loop written by hand and beside torch.optim: `python benchmarks/descend.py`.

Each repeat times the two one after the other; what counts is the median of the repeats' ratios.
"""

import statistics
from timeit import timeit

import numpy as np

from course_utils import adam, descend, walk
from course_utils.problems import bowl

LR, BETA1, BETA2, EPS = 0.1, 0.9, 0.999, 1e-8
STEPS, GRID_STEPS = 1000, 200
LRS, BETA1S = np.meshgrid(np.logspace(-3, 0, 41), np.linspace(0, 0.99, 41))


def by_hand():
    """Adam that keeps what descend keeps."""
    theta, m, v = np.array(bowl.start, dtype=float), np.zeros(2), np.zeros(2)
    thetas, ms, vs, m_hats, v_hats, rates = np.full((6, STEPS + 1, 2), np.nan)
    ts = np.zeros(STEPS + 1, dtype=int)
    thetas[0], ms[0], vs[0] = theta, m, v
    for t in range(1, STEPS + 1):
        g = bowl.grad(theta)
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        m_hat = m / (1 - BETA1**t)
        v_hat = v / (1 - BETA2**t)
        rate = LR / (np.sqrt(v_hat) + EPS)
        theta = theta - rate * m_hat
        thetas[t], ts[t], ms[t], vs[t], m_hats[t], v_hats[t], rates[t] = theta, t, m, v, m_hat, v_hat, rate
    return thetas


def by_torch():
    """The same steps, of which nothing is kept."""
    theta = torch.tensor(bowl.start, dtype=torch.float64, requires_grad=True)
    curvatures = torch.tensor(bowl.curvatures, dtype=torch.float64)
    optimizer = torch.optim.Adam([theta], lr=LR, betas=(BETA1, BETA2), eps=EPS)
    for _ in range(STEPS):
        optimizer.zero_grad()
        ((curvatures * theta**2).sum() / 2).backward()
        optimizer.step()
    return [theta.detach().numpy()]


def grid_by_hand():
    lr, beta1 = LRS[..., np.newaxis], BETA1S[..., np.newaxis]
    theta = np.broadcast_to(np.array(bowl.start, dtype=float), (41, 41, 2))
    m, v = np.zeros(theta.shape), np.zeros(theta.shape)
    for t in range(1, GRID_STEPS + 1):
        g = bowl.grad(theta)
        m = beta1 * m + (1 - beta1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        theta = theta - lr / (np.sqrt(v / (1 - BETA2**t)) + EPS) * (m / (1 - beta1**t))
    return theta


def by_descend():
    return descend(adam, bowl.grad, bowl.start, STEPS, lr=LR).theta


def grid_by_walk():
    for state in walk(adam, bowl.grad, bowl.start, GRID_STEPS, lr=LRS, beta1=BETA1S):
        last = state
    return last.theta


def compare(what, one, other, repeats, target):
    """Print the ratio of the two's times, once they are seen to end at the same theta."""
    np.testing.assert_allclose(one()[-1], other()[-1], rtol=1e-9, atol=1e-12)
    pairs = [[timeit(one, number=1), timeit(other, number=1)] for _ in range(repeats)]
    ratio = statistics.median(a / b for a, b in pairs)
    times = " against ".join(f"{statistics.median(column) * 1e3:.1f} ms" for column in zip(*pairs, strict=True))
    print(f"{what}: {ratio:.2f} times ({times}), target {target}")


if __name__ == "__main__":
    compare(f"descend / by hand, {STEPS} steps of Adam, every array kept", by_descend, by_hand, 61, "at most 1.5")
    try:
        import torch
    except ImportError:
        print("torch.optim.Adam / descend: torch is not installed, skipped")
    else:
        compare(f"torch.optim.Adam / descend, {STEPS} steps", by_torch, by_descend, 11, "at least 5")
    compare(f"walk / by hand, 41 x 41 grid, {GRID_STEPS} steps", grid_by_walk, grid_by_hand, 31, "at most 0.8")

"""Record paths of torch.optim in float64, which test_rules.py compares with. How to run it: README.md beside it."""

import json
import platform
from pathlib import Path

import torch

STEPS = 1000
KEPT = [*range(20), *range(20, STEPS + 1, 20)]

STARTS = {"bowl": (-5.0, -2.0), "rosenbrock": (-1.2, 1.0)}


def bowl(theta):
    return 0.1 * theta[0] ** 2 + 2 * theta[1] ** 2


def rosenbrock(theta):
    return (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2


LOSSES = {"bowl": bowl, "rosenbrock": rosenbrock}


def gradient_descent(theta, lr):
    return torch.optim.SGD([theta], lr=lr)


def momentum(theta, lr, beta):
    return torch.optim.SGD([theta], lr=lr, momentum=beta)


def adagrad(theta, lr, eps):
    return torch.optim.Adagrad([theta], lr=lr, eps=eps, lr_decay=0, initial_accumulator_value=0)


def rmsprop(theta, lr, rho, eps):
    return torch.optim.RMSprop([theta], lr=lr, alpha=rho, eps=eps)


def adam(theta, lr, beta1, beta2, eps):
    return torch.optim.Adam([theta], lr=lr, betas=(beta1, beta2), eps=eps)


# Rates at which neighbouring paths stay neighbours, so that rounding does not grow from step to step.
RUNS = [
    (gradient_descent, "bowl", dict(lr=0.01)),
    (gradient_descent, "bowl", dict(lr=0.45)),
    (gradient_descent, "rosenbrock", dict(lr=2e-4)),
    (gradient_descent, "rosenbrock", dict(lr=1e-3)),
    (momentum, "bowl", dict(lr=0.01, beta=0.9)),
    (momentum, "bowl", dict(lr=0.002, beta=0.99)),
    (momentum, "bowl", dict(lr=0.02, beta=0.5)),
    (momentum, "rosenbrock", dict(lr=1e-4, beta=0.9)),
    (momentum, "rosenbrock", dict(lr=5e-4, beta=0.5)),
    (adagrad, "bowl", dict(lr=0.1, eps=1e-8)),
    (adagrad, "bowl", dict(lr=0.2, eps=0.1)),
    (adagrad, "rosenbrock", dict(lr=0.1, eps=1e-8)),
    (adagrad, "rosenbrock", dict(lr=0.5, eps=0.1)),
    (rmsprop, "bowl", dict(lr=0.001, rho=0.9, eps=1e-8)),
    (rmsprop, "bowl", dict(lr=0.005, rho=0.99, eps=0.1)),
    (rmsprop, "bowl", dict(lr=0.005, rho=0.5, eps=0.1)),
    (rmsprop, "rosenbrock", dict(lr=0.001, rho=0.99, eps=1e-8)),
    (rmsprop, "rosenbrock", dict(lr=0.002, rho=0.99, eps=0.1)),
    (adam, "bowl", dict(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8)),
    (adam, "bowl", dict(lr=0.02, beta1=0.9, beta2=0.999, eps=0.1)),
    (adam, "bowl", dict(lr=0.01, beta1=0.5, beta2=0.9, eps=0.1)),
    (adam, "bowl", dict(lr=0.005, beta1=0.0, beta2=0.99, eps=1e-3)),
    (adam, "rosenbrock", dict(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8)),
    (adam, "rosenbrock", dict(lr=0.02, beta1=0.9, beta2=0.999, eps=0.1)),
    (adam, "rosenbrock", dict(lr=0.005, beta1=0.8, beta2=0.99, eps=0.1)),
]


def run(rule, landscape, hyper):
    """The path's kept rows, by torch's optimizer along torch's own gradient."""
    theta = torch.tensor(STARTS[landscape], dtype=torch.float64, requires_grad=True)
    optimizer = rule(theta, **hyper)
    path = [theta.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        LOSSES[landscape](theta).backward()
        optimizer.step()
        path.append(theta.tolist())
    return [path[step] for step in KEPT]


def main():
    record = {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "steps": KEPT,
        "runs": [
            {"rule": rule.__name__, "landscape": landscape, "hyper": hyper, "theta": run(rule, landscape, hyper)}
            for rule, landscape, hyper in RUNS
        ],
    }
    text = json.dumps(record).replace('{"rule"', '\n{"rule"') + "\n"  # one line a run
    (Path(__file__).parent / "torch_paths.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

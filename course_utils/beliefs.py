"""What a rule believes the ground is like: the bowl to whose bottom its step leads."""

from typing import NamedTuple

import numpy as np


class Belief(NamedTuple):
    """The bowl that a rule believes in at one step.

    Where the loss is L before the step, and s is how far one has gone from
    there, the rule takes it for L + slope . s + sum of s² / (2 rate): a bowl
    whose lowest point is s = -rate slope, which is the step. All arrays have
    the shape (parameters,).
    """

    before: np.ndarray  # theta before the step
    after: np.ndarray  # theta after it, the bottom of the bowl
    slope: np.ndarray  # what the rule takes for the gradient
    rate: np.ndarray  # one over what it takes for the curvature along each axis

    def height(self, theta):
        """How far the believed loss at theta, of shape (..., parameters), lies above that before the step."""
        s = np.asarray(theta) - self.before
        return s @ self.slope + (s**2 / (2 * self.rate)).sum(axis=-1)

    def semi_axes(self):
        """Those of the ellipse round `after` through `before`, on which the bowl is as high as before the step."""
        step = self.after - self.before
        return np.sqrt(self.rate * (step**2 / self.rate).sum())


def belief(path, step):
    """The bowl that a rule believed in at its step number `step`, the first being 1.

    path : Path of one run; its rule may be any whose step is rate times slope:
        the rate is what it returns under that name, and else its lr

    Raises ValueError where the path has no such step, or neither rate nor lr.
    """
    if not 1 <= step <= len(path.single()):
        raise ValueError(f"step {step} is not on this path: it has the steps 1 to {len(path)}.")
    before, after = path.theta[step - 1 : step + 1]
    if "rate" in vars(path):
        rate = path.rate[step]
    elif "lr" in getattr(getattr(path, "origin", None), "hyper", {}):
        rate = path.origin.hyper["lr"]
    else:
        raise ValueError(f"what {path.label} believes is not known: let its rule return rate, or have lr.")
    rate = np.broadcast_to(rate, after.shape)
    with np.errstate(all="ignore"):
        return Belief(before, after, (before - after) / rate, rate)

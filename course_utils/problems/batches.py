"""Mini-batches: a few rows of the data at each step."""

import numpy as np


def minibatches(rows, size, epochs, seed=0):
    """Deal the row numbers 0 ... rows-1 into batches, shuffled anew in each epoch.

    Returns a list of index arrays, one a step. The last batch of an epoch is
    smaller where size does not divide rows: no row is left out. The list is
    drawn beforehand, so two runs that share it meet the same noise.
    """
    if not (isinstance(size, (int, np.integer)) and 1 <= size <= rows):
        raise ValueError(f"the batch size is {size!r}: give a whole number from 1 to the {rows} rows.")
    rng = np.random.default_rng(seed)
    deals = (rng.permutation(rows) for _ in range(epochs))
    return [deal[first : first + size] for deal in deals for first in range(0, rows, size)]


def step_by_step(grad_over, batches):
    """A function (theta, t) of the gradient over the rows batches[t - 1], from one (theta, rows) over any rows."""

    def grad(theta, t):
        if t > len(batches):
            raise ValueError(f"step {t} has no batch: deal more than {len(batches)} batches, or take fewer steps.")
        return grad_over(theta, batches[t - 1])

    return grad

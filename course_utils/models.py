"""Models whose parameters are one flat theta: theta in, loss and exact gradient out."""

import numpy as np


class LinearRegression:
    """A line (or plane) through data, measured by its mean square error.

    Parameters
    ----------
    x : array_like, shape (rows,) or (rows, features)
    y : array_like, shape (rows,)

    theta is (w₁, ..., w_features, b): the slopes, then the intercept, in units
    of y per unit of x and of y. Every method takes theta of shape
    (*runs, parameters). Source: Goodfellow, Bengio and Courville, Deep
    Learning, section 5.1.4.
    """

    def __init__(self, x, y):
        x = np.asarray(x, dtype=float)
        self.y = np.asarray(y, dtype=float)
        self.inputs = np.column_stack([x, np.ones(len(x))])
        if len(self.inputs) != len(self.y):
            raise ValueError(f"x has {len(self.inputs)} rows and y has {len(self.y)}: give one y for each row of x.")

    def predict(self, theta):
        """The line's values, shape (*runs, rows)."""
        return np.asarray(theta) @ self.inputs.T

    def loss(self, theta):
        """Mean of the squared residuals, shape (*runs)."""
        return np.square(self.predict(theta) - self.y).mean(axis=-1)

    def grad(self, theta):
        """Gradient of the loss over all rows, shape (*runs, parameters)."""
        return 2 / len(self.y) * (self.predict(theta) - self.y) @ self.inputs

    def batch_grad(self, batches):
        """A function (theta, t) of the gradient over the rows batches[t - 1] alone."""

        def grad(theta, t):
            rows = batches[t - 1]
            residuals = theta @ self.inputs[rows].T - self.y[rows]
            return 2 / len(rows) * residuals @ self.inputs[rows]

        return grad

    @property
    def minimum(self):
        """The least-squares theta, shape (parameters,)."""
        return np.linalg.lstsq(self.inputs, self.y, rcond=None)[0]

    @property
    def curvatures(self):
        """Second derivatives of the loss along its own axes, ascending, shape (parameters,)."""
        return np.linalg.eigvalsh(2 / len(self.y) * self.inputs.T @ self.inputs)


def minibatches(rows, size, epochs, seed=0):
    """Deal the row numbers 0 ... rows-1 into batches, shuffled anew in each epoch.

    Returns a list of index arrays, one a step. The last batch of an epoch is
    smaller where size does not divide rows: no row is left out. The list is
    drawn beforehand, so two runs that share it meet the same noise.
    """
    if not 1 <= size <= rows:
        raise ValueError(f"the batch size is {size!r}: give a whole number from 1 to the {rows} rows.")
    rng = np.random.default_rng(seed)
    deals = (rng.permutation(rows) for _ in range(epochs))
    return [deal[first : first + size] for deal in deals for first in range(0, rows, size)]

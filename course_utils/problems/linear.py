"""Linear regression, its parameters one flat theta: theta in, loss and exact gradient out."""

import numpy as np

from .batches import step_by_step
from .rates import limits


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
        if self.y.ndim != 1:
            raise ValueError(f"y has shape {self.y.shape}: give one row of numbers, such as y.ravel().")
        if len(self.inputs) != len(self.y):
            raise ValueError(f"x has {len(self.inputs)} rows and y has {len(self.y)}: give one y for each row of x.")

    @np.errstate(all="ignore")
    def predict(self, theta):
        """The line's values, shape (*runs, rows)."""
        return np.asarray(theta) @ self.inputs.T

    @np.errstate(all="ignore")
    def loss(self, theta):
        """Mean of the squared residuals, shape (*runs)."""
        return np.square(self.predict(theta) - self.y).mean(axis=-1)

    def grad(self, theta):
        """Gradient of the loss over all rows, shape (*runs, parameters)."""
        return self._grad_over(theta, slice(None))

    def batch_grad(self, batches):
        """A function (theta, t) of the gradient over the rows batches[t - 1] alone."""
        return step_by_step(self._grad_over, batches)

    @np.errstate(all="ignore")
    def _grad_over(self, theta, rows):
        x, y = self.inputs[rows], self.y[rows]
        return 2 / len(y) * (theta @ x.T - y) @ x

    @property
    def minimum(self):
        """The least-squares theta, shape (parameters,)."""
        return np.linalg.lstsq(self.inputs, self.y, rcond=None)[0]

    @property
    def curvatures(self):
        """Second derivatives of the loss along its own axes, ascending, shape (parameters,)."""
        return np.linalg.eigvalsh(self._hessian)

    @property
    def _hessian(self):
        return 2 / len(self.y) * self.inputs.T @ self.inputs

    def split(self, theta):
        """What each of its own axes adds to the loss above the least, λᵢ cᵢ² / 2, in the order of `curvatures`.

        cᵢ is the way from the minimum along axis i; shape (*runs, parameters).
        """
        curvatures, axes = np.linalg.eigh(self._hessian)
        return curvatures * np.square((np.asarray(theta) - self.minimum) @ axes) / 2

    def limits(self, beta=0.0):
        """What the curvatures say of the learning rate, for momentum β: a dict of 1/λₘₐₓ, the best and the limit."""
        return limits(self.curvatures, beta)

"""A classifier, from softmax regression to a network, its parameters one flat theta: theta in, exact gradient out."""

import copy
import operator
from itertools import pairwise

import numpy as np

from .batches import step_by_step


class Classifier:
    """A score for each class from the features, measured by the mean cross-entropy.

    Parameters
    ----------
    x : array_like, shape (rows, features)
    labels : array_like of whole numbers, shape (rows,)
        The class of each row: 0, 1, ..., classes - 1.
    hidden : sequence of whole numbers
        How many ReLU units each hidden layer has. Without any, (), which is the
        default, it is softmax regression; (64,) is a network of one layer.

    theta is W (inputs x outputs, row by row), then b (outputs), layer after
    layer. A hidden unit lets through max(0, x W + b); the last layer's x W + b
    are the scores of a row, and their softmax its probabilities. It is ReLU for
    being usual, cheap, and what the Adam paper trains; its slope at 0 is taken
    as 0. So the loss of a network has kinks: differences of it agree with the
    gradient unless a unit changes sides between the two points.

    Every method takes theta of shape (*runs, parameters); inf and NaN come
    without warnings, for divergence is no error. Source: Goodfellow, Bengio and
    Courville, Deep Learning, sections 6.2.2.3 (softmax) and 6.5
    (backpropagation).
    """

    def __init__(self, x, labels, hidden=()):
        x, labels = _classified(x, labels)
        self.sizes = (x.shape[1], *_units(hidden), int(labels.max()) + 1)
        self.parameters = 0
        self._places = []
        for inputs, outputs in pairwise(self.sizes):
            first, offset = self.parameters, self.parameters + inputs * outputs
            self.parameters = offset + outputs
            self._places.append((slice(first, offset), (inputs, outputs), slice(offset, self.parameters)))
        self._take(x, labels)

    def _take(self, x, labels):
        self.inputs, self.labels = x, labels
        self.targets = np.eye(self.sizes[-1])[labels]

    def on(self, x, labels):
        """The same model over other rows, to judge a theta by data that did not train it."""
        x, labels = _classified(x, labels)
        features, classes = self.sizes[0], self.sizes[-1]
        if x.shape[1] != features:
            raise ValueError(f"x has {x.shape[1]} features: give the {features} that the model was made with.")
        if labels.max() >= classes:
            raise ValueError(
                f"labels holds {labels.max()} and the model knows 0 to {classes - 1}: "
                "make the model with rows of every class."
            )
        other = copy.copy(self)
        other._take(x, labels)
        return other

    def start(self, seed=0):
        """A random theta to start from, shape (parameters,).

        Each weight is normal with variance 2 / (inputs of its layer), so that
        signals keep their size although ReLU drops half of each; each bias is
        zero. Source: He, Zhang, Ren and Sun 2015.
        """
        rng = np.random.default_rng(seed)
        theta = np.zeros(self.parameters)
        for w, _ in self.split(theta):
            w[:] = rng.normal(0, np.sqrt(2 / len(w)), w.shape)
        return theta

    def split(self, theta):
        """The layers [(W, b), ...] of theta, shapes (*runs, inputs, outputs) and (*runs, outputs).

        They are views: what is written into them stands in theta.
        """
        theta = self._checked(theta)
        runs = theta.shape[:-1]
        return [(theta[..., w].reshape(runs + shape), theta[..., b]) for w, shape, b in self._places]

    def probabilities(self, theta):
        """The probability of each class in each row, shape (*runs, rows, classes)."""
        return self._measure(theta, np.exp)

    def loss(self, theta):
        """Mean over the rows of -log(probability of the label), shape (*runs)."""
        rows = np.arange(len(self.labels))
        return self._measure(theta, lambda logs: -logs[rows, self.labels].mean())

    def accuracy(self, theta):
        """The share of rows whose label is the most probable class, shape (*runs)."""
        return self._measure(theta, lambda logs: (logs.argmax(axis=-1) == self.labels).mean())

    def grad(self, theta):
        """Gradient of the loss over all rows, shape (*runs, parameters)."""
        return self._grad_over(theta, slice(None))

    def batch_grad(self, batches):
        """A function (theta, t) of the gradient over the rows batches[t - 1] alone."""
        return step_by_step(self._grad_over, batches)

    def _forward(self, layers, x):
        """What each layer is given, and the logarithms of the probabilities."""
        given = [x]
        for w, b in layers[:-1]:
            signal = given[-1] @ w
            signal += b[..., np.newaxis, :]
            given.append(np.maximum(signal, 0, out=signal))
        w, b = layers[-1]
        scores = given[-1] @ w
        scores += b[..., np.newaxis, :]
        scores -= scores.max(axis=-1, keepdims=True)  # so that exp neither overflows nor sums to 0
        scores -= np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return given, scores

    @np.errstate(all="ignore")
    def _grad_over(self, theta, rows):
        """Gradient of the mean cross-entropy over these rows, by backpropagation."""
        x = self.inputs[rows]
        g = np.empty(np.shape(theta))
        layers = self.split(theta)
        given, error = self._forward(layers, x)
        np.exp(error, out=error)
        error -= self.targets[rows]
        error /= len(x)
        for (w, _), (slope_w, slope_b), signal in zip(layers[::-1], self.split(g)[::-1], given[::-1], strict=True):
            np.matmul(signal.mT, error, out=slope_w)
            error.sum(axis=-2, out=slope_b)
            if signal is not x:
                error = error @ w.mT
                error *= signal > 0
        return g

    @np.errstate(all="ignore")
    def _measure(self, theta, measure):
        """Measure the log-probabilities run by run: all those of a long path at once would fill the memory."""
        theta = self._checked(theta)
        values = [measure(self._forward(self.split(one), self.inputs)[1]) for one in theta.reshape(-1, self.parameters)]
        return np.reshape(values, theta.shape[:-1] + np.shape(values)[1:])[()]

    def _checked(self, theta):
        theta = np.asarray(theta, dtype=float)
        if theta.shape[-1:] != (self.parameters,):
            raise ValueError(f"theta has shape {theta.shape}: its last axis must hold {self.parameters} parameters.")
        return theta


def _classified(x, labels):
    """Rows and their classes as arrays, or one sentence on what to change."""
    x, labels = np.asarray(x, dtype=float), np.asarray(labels)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"x has shape {x.shape}: give (rows, features), with at least one of each.")
    if labels.shape != (len(x),):
        raise ValueError(f"labels has shape {labels.shape} and x {len(x)} rows: give one label for each row of x.")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels holds {labels.dtype} values: give whole numbers, such as labels.astype(int).")
    if labels.min() < 0:
        raise ValueError(f"labels holds {labels.min()}: number the classes 0, 1, 2 and so on.")
    return x, labels


def _units(hidden):
    """The sizes of the hidden layers as whole numbers, or one sentence on what to change."""
    try:
        units = [operator.index(layer) for layer in hidden]
    except TypeError:
        units = [0]
    if any(layer < 1 for layer in units):
        raise ValueError(f"hidden is {hidden!r}: give whole numbers, 1 or more, one for each layer, such as (64,).")
    return units

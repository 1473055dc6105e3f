"""Every step of a run, kept as arrays."""

import pickle
from functools import partial
from types import SimpleNamespace

import numpy as np

from . import inputs
from .rules import NAMES, State


class Path(State):
    """Every step of one run: arrays with one row a step, row 0 the start.

    Beside them stands `origin`, what the run was made with: rule, grad and hyper.
    A copy keeps it, and so does a pickle; what of it can't be pickled, such as
    a lambda, raises an error that says so when it is called.
    """

    __slots__ = ("origin",)  # so that vars(path) holds the rows alone

    @property
    def label(self):
        """What the rule is called on a picture; for a path made by hand, θ."""
        origin = getattr(self, "origin", None)
        return NAMES.get(origin.rule, inputs.name(origin.rule).replace("_", " ")) if origin else "θ"

    def until(self, row):
        """The same path as it was after step `row`."""
        path = Path(**{name: rows[: row + 1] for name, rows in vars(self).items()})
        path.origin = getattr(self, "origin", None)
        return path

    def run(self, *place):
        """One run out of many, as a path of its own: path.run(2), or path.run(3, 1) where the runs are a grid.

        Its origin is that run's alone: hyper holds its numbers, and grad takes
        its theta, of shape (parameters,).
        """
        shape = self.theta.shape[1:]
        runs = shape[:-1]
        if place not in np.ndindex(runs):
            raise IndexError(f"run{place} is not in a path with runs of shape {runs}: {inputs.which_run(runs)}.")
        path = Path(**{name: _of_run(rows, runs, place) for name, rows in vars(self).items()})
        origin = getattr(self, "origin", None)
        path.origin = origin and Origin(
            rule=origin.rule,
            grad=partial(_grad_of_run, origin.grad, shape, place),
            hyper={name: np.broadcast_to(value, runs)[place] for name, value in origin.hyper.items()},
        )
        return path

    def single(self):
        """This path, if it holds one run alone; raises ValueError for many."""
        runs = np.shape(self.theta)[1:-1]
        if runs:
            raise ValueError(f"the path of {self.label} has runs of shape {runs}: {inputs.which_run(runs)}.")
        return self

    def __reduce__(self):
        return Path, (), (vars(self), {"origin": getattr(self, "origin", None)})

    def __len__(self):
        return len(self.theta) - 1

    def __repr__(self):
        shapes = ", ".join(f"{name} {np.shape(rows)}" for name, rows in vars(self).items())
        return f"Path of {len(self)} steps: {shapes}"


class Origin(SimpleNamespace):
    """What a path was made with; it is never changed, so a copy is the same one."""

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return Origin, (), {name: _pickled(value, name) for name, value in vars(self).items()}


class _Lost:
    """Stands in a path from a pickle for a function that could not be pickled."""

    def __init__(self, name, what):
        self.__name__, self.what = name, what

    def __call__(self, *given, **hyper):
        raise TypeError(f"the {self.what} of this path could not be pickled with it: call descend once more.")


def _pickled(value, what):
    try:
        pickle.dumps(value)
    except Exception:  # PicklingError, AttributeError or TypeError, as it happens
        return _Lost(inputs.name(value), what)
    return value


def _of_run(rows, runs, place):
    """The rows of one run; what several runs share, or all, is broadcast to them."""
    each = () if rows.shape[1:] == runs else rows.shape[1:][-1:]  # a number for each run, or one for each parameter
    by_run = np.broadcast_to(np.moveaxis(rows, 0, -1), (*runs, *each, len(rows)))
    return np.moveaxis(by_run[place], -1, 0)


def _grad_of_run(grad, shape, place, theta, t):
    """The gradient of one run, whose noise or data may be its own: asked for as it was in the walk of all."""
    return np.asarray(grad(np.broadcast_to(theta, shape).copy(), t))[place]

"""Runs an update rule along a gradient, keeping every step."""

import difflib
import inspect
import operator
import pickle
from functools import partial
from types import SimpleNamespace

import numpy as np

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
        return NAMES.get(origin.rule, _name(origin.rule).replace("_", " ")) if origin else "θ"

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
        if place not in np.ndindex(shape[:-1]):
            raise IndexError(f"run{place} is not in a path with runs of shape {shape[:-1]}: {_which_run(shape[:-1])}.")
        path = Path(**{name: _of_run(rows, shape[:-1], place) for name, rows in vars(self).items()})
        origin = getattr(self, "origin", None)
        path.origin = origin and _Origin(
            rule=origin.rule,
            grad=partial(_grad_of_run, origin.grad, shape, place),
            hyper={name: np.broadcast_to(value, shape)[*place, 0] for name, value in origin.hyper.items()},
        )
        return path

    def single(self):
        """This path, if it holds one run alone; raises ValueError for many."""
        runs = np.shape(self.theta)[1:-1]
        if runs:
            raise ValueError(f"the path of {self.label} has runs of shape {runs}: {_which_run(runs)}.")
        return self

    def __reduce__(self):
        return Path, (), (vars(self), {"origin": getattr(self, "origin", None)})

    def __len__(self):
        return len(self.theta) - 1

    def __repr__(self):
        shapes = ", ".join(f"{name} {np.shape(rows)}" for name, rows in vars(self).items())
        return f"Path of {len(self)} steps: {shapes}"


class _Origin(SimpleNamespace):
    """What a path was made with; it is never changed, so a copy is the same one."""

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return _Origin, (), {name: _pickled(value, name) for name, value in vars(self).items()}


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
        return _Lost(_name(value), what)
    return value


def _of_run(rows, runs, place):
    """The rows of one run; of what is the same for all runs, the rows as they are."""
    if rows.shape[1:] != runs:  # not a number for each run, but one for each of its parameters
        axes = rows.shape[1:-1]  # fewer than runs has, or of length 1, where some runs share a value
        place = [n % length for n, length in zip(place[len(runs) - len(axes) :], axes, strict=True)]
    return rows[:, *place]


def _grad_of_run(grad, shape, place, theta, t):
    """The gradient of one run, whose noise or data may be its own: asked for as it was in the walk of all."""
    return np.asarray(grad(np.broadcast_to(theta, shape).copy(), t))[place]


def _grad_of_any_step(grad, theta, t):
    return grad(theta)


class _Start(State):
    """The state before the first step: a memory of any name is zero."""

    def __getattr__(self, name):
        if name.startswith("_"):  # what Python and Jupyter ask any object for
            raise AttributeError(name)
        setattr(self, name, np.zeros_like(self.theta))
        return getattr(self, name)


def walk(rule, grad, theta, steps, **hyper):
    """Yield the state before the first step and after each of `steps` steps.

    Parameters
    ----------
    rule : function (prev, g, **hyper) -> State
        One of the five of `course_utils.rules`, or your own of the same shape.
    grad : function (theta) -> g, or (theta, t) -> g
        The gradient at theta, of theta's shape. A second argument gets the
        number of the step, the first being 1: so a mini-batch or a noise
        drawn beforehand is looked up by step.
    theta : array_like, shape (parameters,) or (*runs, parameters)
        The start.
    steps : int, 0 or more
    **hyper : number or array_like, shape (*runs)
        Hyper-parameters of the rule; those left out have the rule's defaults.
        Arrays walk many runs at once, one for each of their elements.

    Raises
    ------
    TypeError, ValueError
        In one sentence that says what to change. Divergence is no error:
        inf and NaN come without warnings once the start is sound.

    Only the last two states are held in memory; `descend` holds them all.
    """
    return _silently(_prepare(rule, grad, theta, steps, hyper)[0])


def descend(rule, grad, theta, steps, *, every=1, **hyper):
    """Run a rule and return every step of it, as arrays with one row a step.

    Takes what `walk` takes, and `every`: with every=29 only each 29th step has
    a row, such as the last of each epoch, which saves memory. Returns a Path: `path.theta` has shape
    (steps + 1, *runs, parameters), its row 0 is the start, and beside it stands
    whatever else the rule returned. In row 0 the memories (what the rule reads
    from `prev`) are zero; what does not exist before the first step is NaN.

    >>> descend(gradient_descent, lambda theta: 2 * theta, [1.0], 2, lr=0.25).theta
    array([[1.  ],
           [0.5 ],
           [0.25]])
    """
    states, origin = _prepare(rule, grad, theta, steps, hyper)
    start = next(states)
    every = _whole_number(every, "every", least=1)
    path = Path(theta=np.empty((operator.index(steps) // every + 1, *start.theta.shape)))
    path.theta[0] = start.theta
    path.origin = origin
    rows = vars(path)
    with np.errstate(all="ignore"):
        for step, state in enumerate(states, 1):
            values = vars(state)
            if step == 1:
                _add_rows(rows, values, start)
            if step % every == 0:
                row = step // every
                try:
                    for name in rows:
                        rows[name][row] = values[name]
                except (KeyError, TypeError, ValueError):
                    _explain_row(_name(rule), name, rows[name].shape[1:], values, step)
    return path


def _add_rows(rows, values, start):
    """Make room for all that the rule returned, with its value before the first step in row 0."""
    for name, value in values.items():
        if name != "theta":
            shape = (len(rows["theta"]), *np.shape(value))
            rows[name] = np.empty(shape, dtype=int if name == "t" else float)
            rows[name][0] = 0 if name in vars(start) else np.nan


def _silently(states):
    """The same states without NumPy's warnings of overflow and the like: divergence is a lesson, not a fault."""
    while True:
        with np.errstate(all="ignore"):
            state = next(states, None)
        if state is None:
            return
        yield state


def _prepare(rule, grad, theta, steps, hyper):
    """Check what the caller gave, at once, and return the walk and what it is made with."""
    steps = _whole_number(steps)
    hyper = _hyper(rule, hyper)
    start = _start(theta, hyper)
    gradient = grad if _wants_step(grad) else partial(_grad_of_any_step, grad)
    return _walk(rule, gradient, start, steps, hyper), _Origin(rule=rule, grad=gradient, hyper=hyper)


def _walk(rule, grad, prev, steps, hyper):
    theta = prev.theta
    shape = theta.shape
    yield prev
    for t in range(1, steps + 1):
        g = grad(theta, t)
        if not isinstance(g, np.ndarray):
            g = _numbers(g, "what grad returned")
        if t == 1 or g.shape != shape:
            _check_gradient(g, theta)
        try:
            state = rule(prev, g, **hyper)
        except AttributeError as error:
            _explain_forgotten(error, rule, prev)
            raise
        if t == 1 or getattr(getattr(state, "theta", None), "shape", None) != shape:
            _check_state(rule, prev, state)
        prev = state
        theta = state.theta
        yield state


class _HyperArray(np.ndarray):
    """A hyper-parameter of many runs, which gives each run what it would get alone, to the last bit.

    NumPy raises an array to a power by other code than Python raises a float,
    and their last bits differ; so β₁ᵗ is taken here by the code that Python
    uses, once for each distinct value. The values are spread over the
    parameters beforehand, since arrays of equal shape multiply fastest.
    """

    distinct = None

    @classmethod
    def spread(cls, values, parameters):
        self = np.repeat(values[..., np.newaxis], parameters, axis=-1).view(cls)
        self.distinct, self.place = np.unique(self, return_inverse=True)
        return self

    def __pow__(self, exponent):
        if np.ndim(exponent) and not isinstance(exponent, _HyperArray):
            return np.asarray(self) ** exponent  # a run alone has an array there too, and so NumPy's code
        if self.distinct is None or np.ndim(exponent):
            return np.float_power(self, exponent)
        return np.float_power(self.distinct, exponent)[self.place]

    # `lr *= 0.9` in a rule makes a new array, as it makes a new float, and leaves the next step's lr alone.
    __iadd__, __isub__ = np.ndarray.__add__, np.ndarray.__sub__
    __imul__, __itruediv__ = np.ndarray.__mul__, np.ndarray.__truediv__

    def __array_wrap__(self, array, context=None, return_scalar=False):
        return np.asarray(array)


def _wants_step(grad):
    """Whether grad has a second argument that must be given."""
    try:
        parameters = inspect.signature(grad).parameters.values()
    except (TypeError, ValueError):
        if not callable(grad):
            raise TypeError(
                f"grad is {grad!r}: give a function that takes theta and returns the gradient there."
            ) from None
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in kinds and p.default is p.empty for p in parameters) >= 2


# --- bad input: one sentence that says what to change


def _name(rule):
    return getattr(rule, "__name__", "the rule")


def _which_run(runs):
    return f"take one of them, such as path.run({', '.join('0' for _ in runs)})" if runs else "it is one run already"


def _whole_number(given, name="steps", least=0):
    try:
        number = operator.index(given)
    except TypeError:
        number = -1
    if number < least:
        raise ValueError(f"{name} is {given!r}: give a whole number, {least} or more.")
    return number


def _numbers(values, what):
    try:
        array = np.asarray(values)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except ValueError:
        pass
    raise TypeError(f"{what} is {_on_one_line(repr(values))}: give a number or an array of numbers.") from None


def _hyper(rule, given):
    """The rule's hyper-parameters, its defaults filled in, as floats and arrays of floats."""
    if not callable(rule):
        raise TypeError(f"rule is {rule!r}: give a function such as gradient_descent.")
    try:
        parameters = inspect.signature(rule).parameters.values()
    except ValueError:
        raise TypeError(f"rule is {rule!r}: give a function such as gradient_descent.") from None
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    known = {p.name: p.default for p in list(parameters)[2:] if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    for name in given:
        if name not in known and not any_name:
            near = difflib.get_close_matches(name, known, cutoff=0)
            has = f"it has {', '.join(known)}; did you mean {near[0]}?" if near else "it has none."
            raise TypeError(f"{_name(rule)} has no hyper-parameter {name!r}: {has}")
    values = known | given
    for name, value in values.items():
        if value is inspect.Parameter.empty:
            raise TypeError(f"{_name(rule)} needs {name}: add {name}=... to the call.")
    return {name: _numbers(value, name)[()] for name, value in values.items()}


def _start(theta, hyper):
    """The state before the first step; gives hyper-parameter arrays their place before the parameters."""
    theta = _numbers(theta, "the start theta")
    if theta.ndim == 0:
        raise ValueError("the start theta is a single number: put it in a list, such as [1.0].")
    if not np.isfinite(theta).all():
        raise ValueError(f"the start theta holds NaN or inf: {_short(theta)}; give finite numbers.")
    shapes = {name: value.shape for name, value in hyper.items() if isinstance(value, np.ndarray)}
    try:
        runs = np.broadcast_shapes(theta.shape[:-1], *shapes.values())
    except ValueError:
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"hyper-parameters of shapes {listed} do not broadcast with the runs {theta.shape[:-1]} "
            "of the start: make the shapes equal, or 1 where they differ."
        ) from None
    for name in shapes:
        hyper[name] = _HyperArray.spread(hyper[name], theta.shape[-1])
    return _Start(theta=np.broadcast_to(theta, (*runs, theta.shape[-1])).copy(), t=0)


def _check_gradient(g, theta):
    if g.shape != theta.shape:
        many = " (index it as theta[..., 0], so that many runs can walk at once)" if theta.ndim > 1 else ""
        raise ValueError(
            f"grad returned shape {g.shape} for theta of shape {theta.shape}: "
            f"return one number for each element of theta{many}."
        )
    if g.dtype.kind not in "fiu":
        raise TypeError(f"grad returned {g.dtype} values: return real numbers.")
    if not np.isfinite(g).all():
        raise ValueError(f"the gradient at the start holds NaN or inf: {_short(g)}; start elsewhere or mend grad.")


def _check_state(rule, prev, state):
    name = _name(rule)
    if state is None:
        raise TypeError(f"{name} returned nothing: end it with `return State(theta=theta)`.")
    if not isinstance(state, State):
        raise TypeError(f"{name} returned a {type(state).__name__}: end it with `return State(theta=theta)`.")
    if not hasattr(state, "theta"):
        raise TypeError(f"{name} returned no theta: add theta=... to the State that it returns.")
    if not isinstance(state.theta, np.ndarray):
        raise TypeError(f"{name} returned theta as a {type(state.theta).__name__}: return an array like prev.theta.")
    if state.theta.shape != prev.theta.shape:
        raise ValueError(
            f"{name} returned theta of shape {state.theta.shape} for theta of shape "
            f"{prev.theta.shape}: a step must keep the shape."
        )
    if state.theta.dtype.kind not in "fiu":
        raise TypeError(f"{name} returned theta of {state.theta.dtype} values: return real numbers.")
    # Only the first state comes so far: of the later ones only those whose theta is at fault are checked.
    for memory in vars(prev).keys() - vars(state).keys() - {"t"}:
        _forgotten(name, memory)


def _explain_row(rule, name, shape, values, step):
    fault = f"a {name} that is not numbers of shape {shape}" if name in values else f"no {name}"
    raise ValueError(
        f"{rule} returned {fault} at step {step}: return the same names and shapes at every step."
    ) from None


def _explain_forgotten(error, rule, prev):
    if error.obj is prev:
        _forgotten(_name(rule), error.name)


def _forgotten(rule, memory):
    raise TypeError(
        f"{rule} reads prev.{memory} but does not return {memory}: add {memory}={memory} to the State that it returns."
    ) from None


def _short(values):
    return _on_one_line(np.array2string(values, precision=3, threshold=6))


def _on_one_line(text):
    return " ".join(text.split())

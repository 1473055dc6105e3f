"""Runs an update rule along a gradient, keeping every step."""

import difflib
import inspect
import operator
from types import SimpleNamespace

import numpy as np

from .rules import State


class Path(State):
    """Every step of one run: arrays with one row a step, row 0 the start.

    Beside them stands `origin`, what the run was made with: rule, grad and hyper.
    """

    __slots__ = ("origin",)  # so that vars(path) holds the rows alone

    def until(self, row):
        """The same path as it was after step `row`."""
        path = Path(**{name: rows[: row + 1] for name, rows in vars(self).items()})
        path.origin = getattr(self, "origin", None)
        return path

    def __len__(self):
        return len(self.theta) - 1

    def __repr__(self):
        shapes = ", ".join(f"{name} {np.shape(rows)}" for name, rows in vars(self).items())
        return f"Path of {len(self)} steps: {shapes}"


class _Start(State):
    """The state before the first step: a memory of any name is zero."""

    def __init__(self, theta):
        super().__init__(theta=theta, t=0)

    def __getattr__(self, name):
        if name.startswith("__"):
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


def descend(rule, grad, theta, steps, **hyper):
    """Run a rule and return every step of it, as arrays with one row a step.

    Takes what `walk` takes. Returns a Path: `path.theta` has shape
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
    path = Path(theta=np.empty((operator.index(steps) + 1, *start.theta.shape)))
    path.theta[0] = start.theta
    path.origin = origin
    rows = vars(path)
    with np.errstate(all="ignore"):
        for step, state in enumerate(states, 1):
            values = vars(state)
            if step == 1:
                _add_rows(rows, values, vars(start))
            for name in rows:
                rows[name][step] = values[name]
    return path


def _add_rows(rows, values, start):
    """Make room for all that the rule returned, with its value before the first step in row 0."""
    for name, value in values.items():
        if name != "theta":
            unknown = 0 if np.asarray(value).dtype.kind in "iu" else np.nan
            shape = (len(rows["theta"]), *np.shape(value))
            rows[name] = np.empty(shape, dtype=np.asarray(value).dtype)
            rows[name][0] = start.get(name, unknown)


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
    gradient = grad if _wants_step(grad) else lambda theta, t: grad(theta)
    return _walk(rule, gradient, start, steps, hyper), SimpleNamespace(rule=rule, grad=gradient, hyper=hyper)


def _walk(rule, grad, prev, steps, hyper):
    theta = prev.theta
    shape = theta.shape
    yield prev
    for t in range(1, steps + 1):
        g = np.asarray(grad(theta, t))
        if t == 1 or g.shape != shape:
            _check_gradient(g, theta)
        try:
            state = rule(prev, g, **hyper)
        except AttributeError as error:
            _explain_forgotten(error, rule, prev)
            raise
        if t == 1 or type(state) is not State or np.shape(state.theta) != shape:
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
        self.distinct, place = np.unique(self, return_inverse=True)
        self.place = place.reshape(self.shape)
        return self

    def __pow__(self, exponent):
        if self.distinct is None or np.ndim(exponent):
            return np.float_power(self, exponent)
        return np.float_power(self.distinct, exponent)[self.place]

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


def _whole_number(steps):
    try:
        number = operator.index(steps)
    except TypeError:
        number = -1
    if number < 0:
        raise ValueError(f"steps is {steps!r}: give a whole number, 0 or more.")
    return number


def _numbers(values, what):
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is {values!r}: give a number or an array of numbers.") from None


def _hyper(rule, given):
    """The rule's hyper-parameters, its defaults filled in, as floats and arrays of floats."""
    if not callable(rule):
        raise TypeError(f"rule is {rule!r}: give a function such as gradient_descent.")
    parameters = list(inspect.signature(rule).parameters.values())[2:]
    known = {p.name: p.default for p in parameters}
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0)
            has = f"it has {', '.join(known)}; did you mean {near[0]}?" if near else "it has none."
            raise TypeError(f"{_name(rule)} has no hyper-parameter {name!r}: {has}")
    values = known | given
    for name, value in values.items():
        if value is inspect.Parameter.empty:
            raise TypeError(f"{_name(rule)} needs {name}: add {name}=... to the call.")
    arrays = {name: _numbers(value, name) for name, value in values.items()}
    return {name: value if value.ndim else float(value) for name, value in arrays.items()}


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
    return _Start(np.broadcast_to(theta, (*runs, theta.shape[-1])).copy())


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
    if np.shape(state.theta) != prev.theta.shape:
        raise ValueError(
            f"{name} returned theta of shape {np.shape(state.theta)} for theta of shape "
            f"{prev.theta.shape}: a step must keep the shape."
        )
    if np.asarray(state.theta).dtype.kind not in "fiu":
        raise TypeError(f"{name} returned theta of {np.asarray(state.theta).dtype} values: return real numbers.")
    if isinstance(prev, _Start):
        for memory in vars(prev).keys() - vars(state).keys() - {"t"}:
            _forgotten(name, memory)


def _explain_forgotten(error, rule, prev):
    if error.obj is prev:
        _forgotten(_name(rule), error.name)


def _forgotten(rule, memory):
    raise TypeError(
        f"{rule} reads prev.{memory} but does not return {memory}: add {memory}={memory} to the State that it returns."
    ) from None


def _short(values):
    return np.array2string(values, precision=3, threshold=6)

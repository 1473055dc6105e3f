"""Runs an update rule along a gradient, keeping every step."""

from functools import partial

import numpy as np

from . import inputs
from .paths import Origin, Path
from .rules import Start


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
    theta : array_like, shape (parameters,) or (*runs, parameters), or a Start
        Where the walk begins. After a Start of t = 5 the first step is the 6th.
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
    return _silently(_prepare(rule, grad, theta, inputs.whole_number(steps), hyper)[0])


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
    steps, every = inputs.whole_number(steps), inputs.whole_number(every, "every", least=1)
    states, origin = _prepare(rule, grad, theta, steps, hyper)
    start = next(states)
    path = Path(theta=np.empty((steps // every + 1, *start.theta.shape)))
    path.theta[0] = start.theta
    path.origin = origin
    rows = vars(path)
    with np.errstate(all="ignore"):
        for step, state in enumerate(states, 1):
            values = vars(state)
            if step == 1:
                for name, value in values.items():
                    if name != "theta":
                        before = start.t if name == "t" else 0 if name in start._read else np.nan
                        rows[name] = np.empty((len(path) + 1, *np.shape(value)), dtype=int if name == "t" else float)
                        rows[name][0] = before
            if step % every == 0:
                try:
                    for name in rows:
                        rows[name][step // every] = values[name]
                except (KeyError, TypeError, ValueError):
                    inputs.explain_row(rule, name, rows[name].shape[1:], values, step)
    return path


def _prepare(rule, grad, theta, steps, hyper):
    """Check what the caller gave, at once, and return the walk and what it is made with."""
    hyper = inputs.hyper(rule, hyper)
    start = inputs.start(theta, hyper)
    grad = grad if inputs.wants_step(grad) else partial(_grad_of_any_step, grad)
    return _walk(rule, grad, start, steps, dict(hyper)), Origin(rule=rule, grad=grad, hyper=hyper)


def _grad_of_any_step(grad, theta, t):
    return grad(theta)


def _walk(rule, grad, start, steps, hyper):
    prev = _Begin(start.theta, start.t)
    arrays = {name: _thin(value)[..., np.newaxis] for name, value in hyper.items() if isinstance(value, np.ndarray)}
    yield prev
    for t in range(start.t + 1, start.t + steps + 1):
        g = inputs.gradient(grad(prev.theta, t), prev)
        for name, value in arrays.items():
            hyper[name] = value.copy()  # `lr *= 0.9` in a rule would change an array for all later steps
        try:
            state = rule(prev, g, **hyper)
        except AttributeError as error:
            inputs.explain_forgotten(error, rule, prev)
            raise
        inputs.check_state(state, rule, prev)
        prev = state
        yield state


def _thin(values):
    """The same array for broadcasting, with one entry along an axis where all are equal: so a grid takes few powers."""
    for axis in range(values.ndim):
        first = values.take(range(values.shape[axis])[:1], axis)
        if (values == first).all():
            values = first
    return values


class _Begin(Start):
    """The start of one walk, which knows what the rule has read from it: its memories."""

    __slots__ = ("_read",)  # no name that a memory could have

    def __init__(self, theta, t):
        super().__init__(theta, t)
        self._read = {}

    def __getattr__(self, name):
        return self._read.setdefault(name, super().__getattr__(name))


def _silently(states):
    """The same states without NumPy's warnings of overflow and the like: divergence is a lesson, not a fault."""
    while True:
        with np.errstate(all="ignore"):
            state = next(states, None)
        if state is None:
            return
        yield state

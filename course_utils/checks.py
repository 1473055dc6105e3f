"""Says at once whether an exercise is right, and if it is not, which mistake it is."""

import html
import inspect
import numbers
import re
import zlib

import numpy as np
from IPython.display import display

from .descent import descend, walk
from .guard import Fault, called, explained, guarded, is_empty, short
from .mistakes import IN_PLACE, MISTAKES
from .questions import Function, Number
from .rules import NAMES, State

SECONDS = 5
STEPS = 200
CLOSE = {"rtol": 1e-9, "atol": 1e-9, "equal_nan": True}  # θ is about 1: rounding passes, no mistake does
NOTHING = object()


def check(mine=NOTHING, right=NOTHING):
    """Say in a sentence or two whether `mine` is right, and if it is not, which mistake it is.

    Parameters
    ----------
    mine : a rule, a function or a number of a student's
    right : what it is meant to be
        A rule of the course, such as `adam`: whatever walks the same path is
        right, however it is written. Or a question of `course_utils.questions`.

    A rule walks 200 steps of random gradients, with single hyper-parameters and
    with arrays of them, and must agree to nine digits; other functions get
    random arguments. The seed is made from the student's own source: the same
    code meets the same numbers, and code fitted to these numbers meets others.
    It is stopped after 5 seconds, and what it prints is not shown.
    """
    display(report(mine, right))


class Report:
    """What `check` shows: `text`, and its `kind`: "right", "wrong", "broken" or "not written"."""

    MARKS = {"right": ("✓", "#009E73"), "not written": ("…", "#0072B2")}  # noqa: RUF012

    def __init__(self, kind, text):
        self.kind, self.text = kind, text
        self.mark, self.color = self.MARKS.get(kind, ("✗", "#D55E00"))

    def __repr__(self):
        return f"{self.mark} {self.text}"

    def _repr_html_(self):
        text = re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(self.text, quote=False))
        style = f"border-left: 6px solid {self.color}; padding: 4px 12px; font-size: 14pt; line-height: 1.4;"
        return f'<div role="status" style="{style}"><b style="color: {self.color}">{self.mark}</b> {text}</div>'


def report(mine=NOTHING, right=NOTHING):
    """What `check` shows, as a Report."""
    try:
        return Report("right", _judge(mine, right))
    except Fault as fault:
        return Report(fault.kind, fault.text)


def _judge(mine, right):
    if mine is NOTHING:
        raise Fault(
            "broken", "There is nothing to check: write `check(mine, right)`, with your own in the first place."
        )
    if isinstance(right, Number):
        return _judge_number(mine, right)
    if not (isinstance(right, Function) or (inspect.isfunction(right) and right in MISTAKES)):
        name = called(mine) if callable(mine) else "mine"
        raise Fault(
            "broken",
            f"Say what it is meant to be: `check({name}, right)`, where right is a rule of the course, such as adam, "
            "or a question, such as questions.half_life.",
        )
    _check_kind(mine, right)
    rng = np.random.default_rng(_seed(mine))
    judge = _judge_function if isinstance(right, Function) else _judge_rule
    return guarded(lambda: judge(mine, right, rng), mine, SECONDS)


def _seed(mine):
    try:
        source = inspect.getsource(mine)
    except (OSError, TypeError):
        source = called(mine)
    return zlib.crc32(source.encode())


# --- numbers


def _judge_number(mine, question):
    if mine is ... or mine is None:
        raise Fault("not written", "Not answered yet: replace `...` by a number.")
    if callable(mine):
        raise Fault("broken", f"{called(mine)} is a function: give the number that it returns.")
    mine = mine[()] if isinstance(mine, np.ndarray) else mine
    try:
        value = float(mine if isinstance(mine, numbers.Real) and not isinstance(mine, bool) else "no number")
    except (ValueError, OverflowError):
        raise Fault(
            "broken", f"{short(mine)} is not a single real number: write one such as 0.25, without quotes or brackets."
        ) from None
    checked = f"(Checked {question.tolerance}.)"
    if not np.isfinite(value):
        raise Fault("wrong", f"Not {value}: the answer is a finite number.")
    if question.accepts(value):
        return f"Right: {value:.6g}. {question.because} {checked}"
    for wrong, told in question.mistakes.items():
        if question.accepts(value, wrong):
            raise Fault("wrong", f"Not {value:.6g}. {told}")
    raise Fault("wrong", f"Not {value:.6g}: that is too {'large' if value > question.right else 'small'}. {checked}")


# --- what has been given


def _check_kind(mine, right):
    """That mine is a function of the student's own, which takes what it will be given."""
    wanted = list(inspect.signature(right.right if isinstance(right, Function) else right).parameters)
    form = f"{called(mine) if inspect.isfunction(mine) else 'mine'}({', '.join(wanted)})"
    if mine is ... or mine is None:
        raise Fault("not written", f"Not written yet: write a function `{form}`.")
    if inspect.isclass(mine):
        raise Fault("broken", f"{mine.__name__} is a class: write a function `{form}`.")
    if isinstance(mine, State):
        raise Fault(
            "broken", "This is a State, which a rule returns: give the rule itself, without parentheses behind it."
        )
    if not callable(mine):
        raise Fault(
            "broken", f"{short(mine)} is not a function: give the function itself, without parentheses behind it."
        )
    if mine is right or mine is getattr(right, "right", None):
        raise Fault("broken", f"This is the course's own {right.__name__}: give yours.")
    if is_empty(mine):
        raise Fault("not written", f"{called(mine)} is not written yet.")
    try:
        given = inspect.signature(mine).parameters.values()
    except (TypeError, ValueError):
        raise Fault("broken", f"The arguments of {called(mine)} can't be read: write a function with def.") from None
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in given):
        return
    names = [p.name for p in given]
    free = 0 if isinstance(right, Function) else 2  # a rule may call prev and g as it likes
    unknown = [p.name for p in list(given)[free:] if p.name not in wanted and p.default is p.empty]
    if isinstance(right, Function):
        fits = len([p for p in given if p.default is p.empty]) <= len(wanted) <= len(names)
    else:
        fits = len(names) >= free and set(wanted[free:]) <= set(names[free:]) and not unknown
    if not fits:
        raise Fault("broken", f"{called(mine)} takes ({', '.join(names)}): let it take what is wanted, `{form}`.")


# --- functions


def _judge_function(mine, question, rng):
    fault = question.fault(mine, rng)
    if fault:
        raise Fault("wrong", f"Not yet. {fault}")
    return f"Right: {called(mine)} does what {question.__name__} should, {question.checked}."


# --- rules


def _judge_rule(mine, right, rng):
    name, task = called(mine), _task(right, rng)
    _look_for_dots(mine, right, task)
    path, expected = _follow(_watched(mine), task), _follow(right, task)
    if not np.array_equal(_follow(mine, task).theta, path.theta, equal_nan=True):
        raise Fault(
            "wrong",
            f"Run again, {name} takes another path. All that it remembers must come from prev: "
            "no global variable, no dice.",
        )
    parting = _parting(path, expected)
    if parting:
        raise Fault("wrong", f"Not yet. {_known(mine, right, task, path) or parting}")
    _check_usual(mine, right, _task(right, rng, usual=True))
    _check_many(mine, right, _task(right, rng, runs=4))
    return (
        f"Right: {name} walks the path of {NAMES.get(right, right.__name__)}, over {STEPS} steps of random gradients, "
        "with single hyper-parameters and with arrays of them, to nine digits." + _other_form(path, expected)
    )


def _task(right, rng, usual=False, runs=None):
    """Random gradients, start and hyper-parameters; or the usual hyper-parameters, or arrays for many runs."""
    gradients = rng.standard_normal((STEPS, 3)) * [0.03, 1, 30]
    gradients[:3, 0] = 0  # a coordinate that waits for its first gradient, as a rare feature does
    hyper = {}
    for parameter in list(inspect.signature(right).parameters.values())[2:]:
        # ε is large, so that its place in the formula shows.
        ends = {"lr": (0.01, 0.3), "eps": (0.05, 0.5)}.get(parameter.name, (0.3, 0.95))
        hyper[parameter.name] = parameter.default if usual else rng.uniform(*ends, runs)
    return gradients, rng.standard_normal(3), hyper


def _follow(rule, task):
    gradients, theta, hyper = task
    return descend(rule, lambda theta, t: np.broadcast_to(gradients[t - 1], theta.shape).copy(), theta, STEPS, **hyper)


def _look_for_dots(mine, right, task):
    """A rule whose `...` stand where they stood returns them; `descend` would only call them no array."""
    gradients, theta, hyper = task
    state = mine(next(walk(right, lambda theta: theta, theta, 0, **hyper)), gradients[-1].copy(), **hyper)
    if state is ... or (isinstance(state, State) and any(value is ... for value in vars(state).values())):
        left = [] if state is ... else [name for name, value in vars(state).items() if value is ...]
        raise Fault(
            "not written", f"{called(mine)} is not written yet: replace `...` by the formula of {_listed(left)}."
        )


def _listed(names):
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _watched(mine):
    """The same rule, which tells when it changes what it is given, or returns what is not real."""

    def watched(prev, g, **hyper):
        given = {f"prev.{name}": value for name, value in vars(prev).items()} | {"g": g} | hyper
        before = {name: np.copy(value) for name, value in given.items() if isinstance(value, np.ndarray)}
        state = mine(prev, g, **hyper)
        for name, value in before.items():
            if not np.array_equal(value, given[name], equal_nan=True):
                raise Fault("wrong", IN_PLACE.format(name))
        for name, value in vars(state).items() if isinstance(state, State) else ():
            if np.iscomplexobj(value):
                raise Fault(
                    "broken", f"{called(mine)} returns complex numbers in {name}: a root of something negative?"
                )
        return state

    watched.__name__ = called(mine)
    watched.__signature__ = inspect.signature(mine)
    return watched


def _apart(mine, right):
    """Where two arrays of rows differ, by row and coordinate; everywhere, if their shapes do."""
    if np.shape(mine) != np.shape(right):
        return np.ones((len(right), 1), dtype=bool)
    return ~np.isclose(mine, right, **CLOSE).reshape(len(right), -1)


def _parting(path, expected):
    """A sentence on the first step and coordinate at which the paths part, or None where they never do."""
    apart = {
        name: _apart(rows, vars(expected)[name])[1:] for name, rows in vars(path).items() if name in vars(expected)
    }
    if not apart["theta"].any():
        return None
    # In the formula's order, and θ last: the first line that goes wrong is the one to look at.
    order = [name for name in vars(expected) if name in apart and name != "theta"] + ["theta"]
    first = min(order, key=lambda name: (*np.flatnonzero(apart[name].any(axis=1)), STEPS)[0])
    step = np.flatnonzero(apart[first].any(axis=1))[0]
    place = np.flatnonzero(apart[first][step])[0]
    mine, right = (np.ravel(vars(p)[first][step + 1]) for p in (path, expected))
    if mine.shape != right.shape:
        return f"{first} has the shape {np.shape(vars(path)[first][step + 1])}, and should have that of theta."
    name = "θ" if first == "theta" else first
    said = f"{name} parts from the right path at step {step + 1} of {STEPS} with random gradients"
    if right.size > 1:
        said += f", coordinate {place + 1}"
    if not np.isfinite(mine[place]):
        said += f": {mine[place]} instead of {right[place]:.6g}"
        return f"{said}. Look for a division by zero, or for the root of something negative."
    return f"{said}: {mine[place]:.6g} instead of {right[place]:.6g}."


def _known(mine, right, task, path):
    """The sentence of the known wrong rule that walks the same path, or None."""
    for mistake in MISTAKES[right]:
        if np.allclose(path.theta, _follow(mistake.rule, task).theta, **CLOSE) and (
            # Paths that are all nan look alike; so they are walked once more, with t begun later.
            np.isfinite(path.theta[1:]).any() or np.allclose(_late(mine, task), _late(mistake.rule, task), **CLOSE)
        ):
            return f"{mistake.told} (Over {STEPS} steps of random gradients your path is exactly that of this mistake.)"
    return None


def _late(rule, task):
    """The first steps of a walk that begins with t = 5, as theta by step."""
    gradients, theta, hyper = task
    states = walk(rule, lambda theta, t: gradients[t - 1], theta, 20, **hyper)
    next(states).t = 5
    return np.array([state.theta for state in states])


def _check_usual(mine, right, task):
    parting = _parting(_follow(mine, task), _follow(right, task))
    if parting:
        values = ", ".join(f"{name} = {value:g}" for name, value in task[2].items())
        raise Fault("wrong", f"Not yet: it goes wrong with {values}. {parting}")


def _check_many(mine, right, task):
    why = (
        "That is with arrays of hyper-parameters; with single ones it is right. "
        "Let every operation go element by element: no if, float(), math.sqrt or sum()."
    )
    try:
        parting = _parting(_follow(_watched(mine), task), _follow(right, task))
    except Exception as error:
        fault = explained(error, mine)
        raise Fault(fault.kind, f"{fault.text} {why}") from None
    if parting:
        raise Fault("wrong", f"Not yet. {parting} {why}")


def _other_form(path, expected):
    """What is said when θ is right and a memory is not what the formula calls by its name."""
    other = [n for n in vars(expected) if n in vars(path) and _apart(vars(path)[n], vars(expected)[n])[1:].any()]
    names = _listed(other)
    return (
        f" Your {names} differ{'s' if len(other) == 1 else ''} from the formula's: it is another form of the same rule."
        if other
        else ""
    )

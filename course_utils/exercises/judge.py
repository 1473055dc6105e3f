"""Says at once whether an exercise is right, and if it is not, which mistake it is."""

import html
import inspect
import numbers
import re
import zlib

import numpy as np
from IPython.display import display

from ..descent import descend, walk
from ..rules import NAMES, State
from .guard import Fault, called, explained, guarded, is_empty, short, source
from .kinds import CLOSE, Function, Number, told_apart
from .mistakes import IN_PLACE, MISTAKES

SECONDS = 5
STEPS = 200
NOTHING = object()


def check(mine=NOTHING, right=NOTHING):
    """Say in a sentence or two whether `mine` is right, and if it is not, which mistake it is.

    Parameters
    ----------
    mine : a rule, a function or a number of a student's
    right : what it is meant to be
        A rule of the course, such as `adam`, a form of
        `course_utils.libraries` or another rule of your own: whatever walks
        the same path is right, however it is written. Or a question of
        `course_utils.exercises`.

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
    except (Exception, SystemExit) as error:  # from what a student has given, when it was only looked at
        return Report("broken", explained(error, mine).text)


def _judge(mine, right):
    if mine is NOTHING:
        raise Fault(
            "broken", "There is nothing to check: write `check(mine, right)`, with your own in the first place."
        )
    if isinstance(right, Number):
        return _judge_number(mine, right)
    if not (isinstance(right, Function) or _is_rule(mine, right)):
        raise Fault("broken", _not_a_question(mine, right))
    _check_kind(mine, right)
    # From the source: the same code meets the same numbers, and code that is fitted to them meets others.
    rng = np.random.default_rng(zlib.crc32(source(mine).encode()))
    judge = _judge_function if isinstance(right, Function) else _judge_rule
    return guarded(lambda: judge(mine, right, rng), mine, SECONDS)


def _is_rule(mine, right):
    """Whether right can be what a rule is meant to be: the course's, a library's form, or another that is no mix-up."""
    if not inspect.isfunction(right) or right in MISTAKES:
        return inspect.isfunction(right)
    mixed_up = isinstance(mine, Function | Number) or (inspect.isfunction(mine) and mine in MISTAKES)
    hyper = list(inspect.signature(right).parameters.values())[2:]
    return not mixed_up and bool(hyper) and called(right) not in [rule.__name__ for rule in MISTAKES]


def _not_a_question(mine, right):
    """What is said when the second argument of check is no question."""
    if isinstance(mine, Function | Number) or (callable(right) and mine in MISTAKES):
        return "It is the other way round: `check(mine, right)`, with your own in the first place."
    if callable(right) and called(right) in [rule.__name__ for rule in MISTAKES]:
        return f"{called(right)} is a function of yours now: give it another name, and import the course's once more."
    name = called(mine) if callable(mine) else "mine"
    return (
        f"Say what it is meant to be: `check({name}, right)`, where right is a rule of the course, such as adam, "
        "or a question, such as questions.half_life."
    )


# --- numbers


def _judge_number(mine, question):
    if mine is ... or mine is None:
        raise Fault("not written", "Not answered yet: replace `...` by a number.")
    if callable(mine):
        raise Fault("broken", f"{called(mine)} is a function: give the number that it returns.")
    mine = mine[()] if isinstance(mine, np.ndarray) else mine
    try:
        value = float(mine if isinstance(mine, numbers.Number) and not isinstance(mine, bool) else "no number")
    except (ValueError, TypeError, OverflowError):
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
    if inspect.iscoroutinefunction(mine):
        raise Fault("broken", f"{called(mine)} is asynchronous: write def, without async.")
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
    return f"Right. (Checked {question.checked}.)"


# --- rules


def _judge_rule(mine, right, rng):
    name, task = called(mine), _task(right, rng)
    read = _try_once(mine, right, task)
    path, expected = _follow(_watched(mine), task), _follow(right, task)
    if not np.array_equal(_follow(mine, task).theta, path.theta, equal_nan=True):
        raise Fault(
            "wrong",
            f"Run again, {name} takes another path. All that it remembers must come from prev: "
            "no global variable, no dice.",
        )
    if _parted(path, expected):
        raise Fault(
            "wrong", f"Not yet. {_known(mine, right, task, path, read) or _unknown(mine, right, task, path, expected)}"
        )
    _check_usual(mine, right, _task(right, rng, usual=True))
    _check_many(mine, right, _task(right, rng, runs=4))
    return (
        f"Right: {name} walks the same path as {_proper(right)}.{_other_form(path, expected)} "
        f"(Checked to nine digits over {STEPS} steps of random gradients, with single settings and with arrays.)"
    )


def _proper(right):
    return NAMES.get(right, right.__name__.replace("_", " "))


def _task(right, rng, usual=False, runs=None):
    """Random gradients, a start and settings, the hyper-parameters; or their usual values, or arrays for many runs."""
    gradients = rng.standard_normal((STEPS, 3)) * [0.03, 1, 3000]
    gradients[:3, 0] = 0  # a coordinate that waits for its first gradient, as a rare feature does
    hyper = {}
    for parameter in list(inspect.signature(right).parameters.values())[2:]:
        # ε is large, so that its place in the formula shows.
        ends = {"lr": (0.05, 3), "eps": (0.05, 0.5)}.get(parameter.name, (0.3, 0.95))
        given = rng.uniform(*ends, runs)
        hyper[parameter.name] = parameter.default if usual and parameter.default is not parameter.empty else given
    return gradients, rng.standard_normal(3), hyper


def _follow(rule, task):
    gradients, theta, hyper = task
    return descend(rule, lambda theta, t: np.broadcast_to(gradients[t - 1], theta.shape).copy(), theta, STEPS, **hyper)


def _try_once(mine, right, task):
    """The names that mine reads from prev; a single call shows faults over which `descend` would only stumble."""
    state, read = _once(mine, right, task)
    left = [name for name, value in vars(state).items() if value is ...]
    if left:
        raise Fault(
            "not written", f"{called(mine)} is not written yet: replace `...` by the formula of {_listed(left)}."
        )
    for name in ["g", *task[2]]:
        if name in read:
            raise Fault("wrong", f"prev.{name} does not exist: {name} is an argument, so write `{name}` alone.")
    return read


def _once(rule, right, task):
    """The state after a first step, and the names that were read from prev."""
    gradients, theta, hyper = task
    prev = next(walk(right, lambda theta: theta, theta, 0, **hyper))
    state = rule(prev, gradients[-1].copy(), **hyper)
    if inspect.iscoroutine(state):
        state.close()
        raise Fault("broken", f"{called(rule)} is asynchronous: write def, without async.")
    if state is ...:
        raise Fault("not written", f"{called(rule)} is not written yet: replace `...`.")
    return (state if isinstance(state, State) else State()), {*vars(prev), *prev._read}


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
    return ~np.isclose(mine, right, **CLOSE, equal_nan=True).reshape(len(right), -1)


def _parted(path, expected):
    return _apart(path.theta, expected.theta).any()


def _known(mine, right, task, path, read):
    """The sentence of what is known to go wrong: a memory that is none, or a wrong rule that walks the same path."""
    state, kept = _once(right, right, task)
    memories = kept & vars(path).keys() - {"theta", "t"}
    for name in vars(state):
        if name not in kept and name in read:
            return f"prev.{name} is no memory: {name} is made anew at each step."
    for mistake in MISTAKES.get(right, ()):
        wrong = _follow(mistake.rule, task)
        # The same θ with other memories has another cause.
        if any(
            _apart(vars(path)[name], vars(wrong)[name]).any() for name in ["theta", *(memories & vars(wrong).keys())]
        ):
            continue
        # Paths that are all nan look alike; so they are walked once more, with t begun later.
        if np.isfinite(path.theta[1:]).any() or not _apart(_late(mine, task), _late(mistake.rule, task)).any():
            return f"{mistake.told} (Checked: over {STEPS} steps your path is that of this mistake.)"
    return None


def _unknown(mine, right, task, path, expected):
    """Where the paths part, and what else may help to find a mistake that is not known."""
    idle = [name for name in task[2] if not _parted(path, _follow(mine, _with_other(name, task)))]
    if idle and (len(idle) < len(task[2]) or len(idle) == 1) and np.isfinite(path.theta[1:]).any():
        return f"Its path does not depend on {_listed(idle)}."
    usual = _task(right, np.random.default_rng(0), usual=True)
    if not _parted(_follow(mine, usual), _follow(right, usual)):
        return "With the usual settings it is right, and with others not: does a number stand where a setting belongs?"
    return _parting(path, expected, task)


def _with_other(name, task):
    gradients, theta, hyper = task
    return gradients, theta, hyper | {name: 0.01 * hyper[name]}


def _parting(path, expected, task):
    """The first step and coordinate at which two paths part, with both numbers."""
    apart = _apart(path.theta, expected.theta)
    step = np.flatnonzero(apart.any(axis=1))[0]
    place = np.flatnonzero(apart[step])[0]
    numbers = _both(path, expected, "theta", step, place)
    said = f"θ parts from the right path at step {step}, coordinate {place + 1}: {numbers}"
    # The first line of the formula that goes wrong is the one to look at.
    for name in vars(expected):
        if name != "theta" and name in vars(path) and _differ(path, expected, name, step, place):
            said += f"; your {name} is {_both(path, expected, name, step, place)}"
            break
    if step == 1:
        gradients, theta, hyper = task
        given = {"θ₀": theta[place], "g": gradients[0, place]} | hyper
        said += f" (with {', '.join(f'{name} = {value:.6g}' for name, value in given.items())})"
    if not np.isfinite(path.theta[step, place]):
        said += ". Look for a division by zero, or for the root of something negative"
    return f"{said}."


def _differ(path, expected, name, step, place):
    apart = _apart(vars(path)[name], vars(expected)[name])[step]
    return apart[place if apart.size > 1 else 0]


def _both(path, expected, name, step, place):
    mine, right = (np.ravel(vars(p)[name][step]) for p in (path, expected))
    place = place if right.size > 1 else 0
    if mine.shape != right.shape:
        return "of another shape than theta"
    return " instead of ".join(told_apart(mine[place], right[place]))


def _late(rule, task):
    """The first steps of a walk that begins with t = 5, as theta by step."""
    gradients, theta, hyper = task
    states = walk(rule, lambda theta, t: gradients[t - 1], theta, 20, **hyper)
    next(states).t = 5
    return np.array([state.theta for state in states])


def _check_usual(mine, right, task):
    path, expected = _follow(mine, task), _follow(right, task)
    if _parted(path, expected):
        raise Fault("wrong", f"Not yet: with the usual settings it goes wrong. {_parting(path, expected, task)}")


def _check_many(mine, right, task):
    why = (
        "That is with arrays of settings, for many runs at once; with single ones it is right. "
        "Let every operation go element by element: no if, float(), math.sqrt or sum()."
    )
    try:
        parted = _parted(_follow(_watched(mine), task), _follow(right, task))
    except Exception as error:
        fault = explained(error, mine)
        raise Fault(fault.kind, f"{fault.text} {why}") from None
    if parted:
        raise Fault("wrong", f"Not yet. It takes another path. {why}")


def _other_form(path, expected):
    """What is said when θ is right and a memory is not what the formula calls by its name."""
    other = [n for n in vars(expected) if n in vars(path) and _apart(vars(path)[n], vars(expected)[n])[1:].any()]
    names = _listed(other)
    return (
        f" Your {names} differ{'s' if len(other) == 1 else ''} from the formula's: it is another form of the rule."
        if other
        else ""
    )

"""How a rule is tried: it walks 200 steps of random gradients."""

import inspect
from typing import NamedTuple

import numpy as np

from ..descent import descend, walk
from ..rules import NAMES, Start, State
from .guard import Fault, called, explained
from .mistakes import IN_PLACE
from .tries import CLOSE, told_apart

STEPS = 200


class Walk:
    """A rule's walk beside the right one's, with settings drawn at random; has what `tries` lists."""

    no, seen = "Not yet", f" (Checked: over {STEPS} steps your path is that of this mistake.)"
    checked = f"to nine digits over {STEPS} steps of random gradients, with single settings and with arrays"

    def __init__(self, mine, exercise, rng):
        self.mine, self.right = mine, exercise.right
        self.task, self.usual = Task.drawn(self.right, rng), Task.drawn(self.right, rng, usual=True)
        self.many = Task.drawn(self.right, rng, runs=4)
        try:
            self.expected = self.task.follow(self.right)
        except Exception:
            name = called(self.right)
            raise Fault(
                "broken", f"{name} can't be walked as a rule: for another function write `Exercise({name}, tries=...)`."
            ) from None
        self.read = self._try_once()
        self.path = self.task.follow(watched(mine))
        if not np.array_equal(self.task.follow(mine).theta, self.path.theta, equal_nan=True):
            raise Fault(
                "wrong",
                f"Run again, {called(mine)} takes another path. All that it remembers must come from prev: "
                "no global variable, no dice.",
            )

    def is_right(self):
        if parted(self.path, self.expected):
            self._refuse_what_is_no_memory()
            return False
        self._check_usual()
        self._check_many()
        return True

    def is_mistake(self, wrong):
        path = self.task.follow(wrong)
        # The same θ with other memories has another cause.
        memories = self.task.once(self.right, self.right)[1] & vars(self.path).keys() & vars(path).keys() - {"t"}
        if any(apart(vars(self.path)[name], vars(path)[name]).any() for name in {"theta"} | memories):
            return False
        # Paths that are all nan look alike; so they are walked once more, with t begun later.
        finite = np.isfinite(self.path.theta[1:]).any()
        return bool(finite or not apart(self.task.late(self.mine), self.task.late(wrong)).any())

    def parting(self):
        hyper = self.task.hyper
        idle = [name for name in hyper if not parted(self.path, self.task.with_other(name).follow(self.mine))]
        if idle and (len(idle) < len(hyper) or len(idle) == 1) and np.isfinite(self.path.theta[1:]).any():
            return f"Its path does not depend on {listed(idle)}."
        if not parted(self.usual.follow(self.mine), self.usual.follow(self.right)):
            return (
                "With the usual settings it is right, and with others not: does a number stand where a setting belongs?"
            )
        return where_they_part(self.path, self.expected, self.task)

    @property
    def praise(self):
        mine, right = vars(self.path), vars(self.expected)
        other = [name for name in right if name in mine and apart(mine[name], right[name])[1:].any()]
        differ = "differs" if len(other) == 1 else "differ"
        form = f" Your {listed(other)} {differ} from the formula's: it is another form of the rule." if other else ""
        name = NAMES.get(self.right, called(self.right).replace("_", " "))
        return f"Right: {called(self.mine)} walks the same path as {name}.{form}"

    def _try_once(self):
        """The names that mine reads from prev; a single call shows faults over which `descend` would only stumble."""
        state, read = self.task.once(self.mine, self.right)
        left = [name for name, value in vars(state).items() if value is ...]
        if left:
            raise Fault(
                "not written",
                f"{called(self.mine)} is not written yet: replace `...` by the formula of {listed(left)}.",
            )
        for name in ["g", *self.task.hyper]:
            if name in read:
                raise Fault("wrong", f"prev.{name} does not exist: {name} is an argument, so write `{name}` alone.")
        return read

    def _refuse_what_is_no_memory(self):
        state, kept = self.task.once(self.right, self.right)
        for name in vars(state):
            if name not in kept and name in self.read:
                raise Fault("wrong", f"Not yet. prev.{name} is no memory: {name} is made anew at each step.")

    def _check_usual(self):
        path, expected = self.usual.follow(self.mine), self.usual.follow(self.right)
        if parted(path, expected):
            where = where_they_part(path, expected, self.usual)
            raise Fault("wrong", f"Not yet: with the usual settings it goes wrong. {where}")

    def _check_many(self):
        why = (
            "That is with arrays of settings, for many runs at once; with single ones it is right. "
            "Let every operation go element by element: no if, float(), math.sqrt or sum()."
        )
        try:
            differ = parted(self.many.follow(watched(self.mine)), self.many.follow(self.right))
        except Exception as error:
            fault = explained(error, self.mine)
            raise Fault(fault.kind, f"{fault.text} {why}") from None
        if differ:
            raise Fault("wrong", f"Not yet. It takes another path. {why}")


class Task(NamedTuple):
    """What a rule is given: gradients by step, a start, and settings, its hyper-parameters by name."""

    gradients: np.ndarray
    theta: np.ndarray
    hyper: dict

    @classmethod
    def drawn(cls, right, rng, usual=False, runs=None):
        """At random; with the usual settings, or with arrays for so many runs."""
        gradients = rng.standard_normal((STEPS, 3)) * [0.03, 1, 3000]
        gradients[:3, 0] = 0  # a coordinate that waits for its first gradient, as a rare feature does
        hyper = {}
        for parameter in list(inspect.signature(right).parameters.values())[2:]:
            # ε is large, so that its place in the formula shows.
            ends = {"lr": (0.05, 3), "eps": (0.05, 0.5)}.get(parameter.name, (0.3, 0.95))
            given = rng.uniform(*ends, runs)
            hyper[parameter.name] = parameter.default if usual and parameter.default is not parameter.empty else given
        return cls(gradients, rng.standard_normal(3), hyper)

    def with_other(self, name):
        return self._replace(hyper=self.hyper | {name: 0.01 * self.hyper[name]})

    def grad(self, theta, t):
        return np.broadcast_to(self.gradients[t - 1], theta.shape).copy()

    def follow(self, rule):
        return descend(rule, self.grad, self.theta, STEPS, **self.hyper)

    def late(self, rule):
        """The first steps of a walk that begins with t = 5, as theta by step."""
        return descend(rule, self.grad, Start(self.theta, t=5), 20, **self.hyper).theta[1:]

    def once(self, rule, right):
        """The state after a first step, and the names that were read from prev."""
        prev = next(walk(right, self.grad, self.theta, 0, **self.hyper))
        state = rule(prev, self.gradients[-1].copy(), **self.hyper)
        if inspect.iscoroutine(state):
            state.close()
            raise Fault("broken", f"{called(rule)} is asynchronous: write def, without async.")
        if state is ...:
            raise Fault("not written", f"{called(rule)} is not written yet: replace `...`.")
        return (state if isinstance(state, State) else State()), {*vars(prev), *prev._read}


def watched(mine):
    """The same rule, which tells when it changes what it is given, or returns what is not real."""

    def rule(prev, g, **hyper):
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

    rule.__name__ = called(mine)
    rule.__signature__ = inspect.signature(mine)
    return rule


def apart(mine, right):
    """Where two arrays of rows differ, by row and coordinate; everywhere, if their shapes do."""
    if np.shape(mine) != np.shape(right):
        return np.ones((len(right), 1), dtype=bool)
    return ~np.isclose(mine, right, **CLOSE, equal_nan=True).reshape(len(right), -1)


def parted(path, expected):
    return apart(path.theta, expected.theta).any()


def where_they_part(path, expected, task):
    """The first step and coordinate at which two paths part, with both numbers."""
    places = apart(path.theta, expected.theta)
    step = np.flatnonzero(places.any(axis=1))[0]
    place = np.flatnonzero(places[step])[0]
    numbers = both(path, expected, "theta", step, place)
    said = f"θ parts from the right path at step {step}, coordinate {place + 1}: {numbers}"
    # The first line of the formula that goes wrong is the one to look at.
    for name in vars(expected):
        if name != "theta" and name in vars(path) and differ(path, expected, name, step, place):
            said += f"; your {name} is {both(path, expected, name, step, place)}"
            break
    if step == 1:
        given = {"θ₀": task.theta[place], "g": task.gradients[0, place]} | task.hyper
        said += f" (with {', '.join(f'{name} = {value:.6g}' for name, value in given.items())})"
    if not np.isfinite(path.theta[step, place]):
        said += ". Look for a division by zero, or for the root of something negative"
    return f"{said}."


def differ(path, expected, name, step, place):
    places = apart(vars(path)[name], vars(expected)[name])[step]
    return places[place if places.size > 1 else 0]


def both(path, expected, name, step, place):
    mine, right = (np.ravel(vars(p)[name][step]) for p in (path, expected))
    place = place if right.size > 1 else 0
    if mine.shape != right.shape:
        return "of another shape than theta"
    return " instead of ".join(told_apart(mine[place], right[place]))


def listed(names):
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))

"""How a rule is tried: it walks 200 steps of random gradients."""

import functools
import inspect
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from ..descent import walk
from ..rules import NAMES, Start, State
from .guard import Fault, called, own_line
from .lines import CLOSE, STATE, Case, agree, has_lines, lines_of, symbol_of, told_apart, traced
from .mistakes import IN_PLACE
from .pictures import picture
from .verdict import Verdict

STEPS = 200
HUGE = 1e12  # the size of the last gradients, by which a limit shows that somebody has set


class Walk:
    """A rule's walk beside the right one's, with settings drawn at random; has what `tries` lists."""

    no = "Not yet"
    checked = f"to nine digits over {STEPS} steps of random gradients"

    def __init__(self, mine, exercise, rng):
        self.mine, self.exercise, self.right = mine, exercise, exercise.right
        self.task, self.usual = Task.drawn(self.right, rng), Task.drawn(self.right, rng, usual=True)
        self.many = Task.drawn(self.right, rng, runs=4)
        try:
            self.expected = self.task.follow(self.right)
        except Exception:
            name = called(self.right)
            raise Fault(
                "broken", f"{name} can't be walked as a rule: for another function write `Exercise({name}, tries=...)`."
            ) from None
        self.watched = watched(mine, self.right)
        self._try_once()
        self.path = self.task.follow(self.watched)
        if not np.array_equal(self.task.follow(self.watched).theta, self.path.theta, equal_nan=True):
            raise Fault(
                "wrong",
                f"Run again, {called(mine)} takes another path. All that it remembers must come from prev: "
                "no global variable, no dice.",
            )

    def is_right(self):
        if parted(self.path, self.expected):
            return False
        self._check_what_is_returned()
        self._check_usual()
        self._check_nan()
        self._check_defaults()
        return True

    def told(self):
        self._refuse_what_is_no_memory()
        if not apart(self.path.theta[:-3], self.expected.theta[:-3]).any():
            return [f"It goes wrong where gradients are as large as {HUGE:.0e}: something is cut off. Cut nothing."]
        verdict, hyper = self.verdict(), self.task.hyper
        told = (verdict and verdict.told()) or [where_they_part(self.path, self.expected)]
        few = self.path.theta[:21]
        idle = [n for n in hyper if not apart(few, self.task.with_other(n).follow(self.watched, 20).theta).any()]
        if idle and (len(idle) < len(hyper) or len(idle) == 1) and np.isfinite(self.path.theta[1:]).any():
            told[0] += f" Its path does not depend on {listed(idle)}."
        elif not parted(self.usual.follow(self.watched), self.usual.follow(self.right)):
            told[0] += (
                " With the usual settings it is right, and with others not: "
                "does a number stand where a setting belongs?"
            )
        return told

    def picture(self):
        try:
            return picture(self.watched, self.right)
        except Exception:  # it can't be walked there, for want of a default or with an error of its own
            return ""

    def verdict(self):
        """On the form of the rule of which mine keeps most lines; on its own, if it is one of the known mistakes."""
        verdicts = list(filter(None, map(self._verdict, self.exercise.forms)))
        if not verdicts:
            return None
        if any(still == set() for still, _ in verdicts[0].known):
            return verdicts[0]
        least = min(len(verdict.wrong) for verdict in verdicts)
        verdicts = [verdict for verdict in verdicts if len(verdict.wrong) == least]
        return min(verdicts, key=lambda verdict: len(verdict.sentences()[1])) if len(verdicts) > 1 else verdicts[0]

    @functools.cached_property
    def traced(self):
        """A shorter walk, as long as it takes to part, with what the names of mine held at each step."""
        parted_at = np.flatnonzero(apart(self.path.theta, self.expected.theta).any(axis=1))
        return self.task.values(self.watched, self.mine, max(16, min(STEPS, parted_at[:1].sum() + 4)))

    def _verdict(self, form):
        """The Verdict on mine beside a form of the rule; None where it has no lines, or mine no such numbers."""
        try:
            return self._judged(form) if has_lines(form, True) else None
        except (ValueError, TypeError, IndexError, KeyError, AttributeError):
            return None

    def _judged(self, form):
        path, values = self.traced
        steps, lines, expected = len(path.theta) - 1, lines_of(form), self.task.follow(form, len(path.theta) - 1)
        prev = SimpleNamespace(theta=path.theta[:-1], t=np.arange(steps)[:, np.newaxis])
        names = (
            form.__globals__
            | self.task.hyper
            | dict(zip(lines.arguments[:2], (prev, self.task.gradients[:steps]), strict=True))
        )
        memories = {}
        for some in (True, False):  # first what can be told, then what is left
            for name in lines.memories:
                right = as_rows(expected.rows[name])
                left = [own for own, line in values if line == STATE and own not in ("theta", *memories.values())]
                left = [own for own in left if own in (name, *memories) or own not in lines.names]
                if name not in memories and (found := self._remembered(name, left, right, lines, names, some)):
                    memories[name] = found
                setattr(prev, name, before(values[memories[name], STATE] if name in memories else right))
        mistakes = self.exercise.mistakes if form is self.right else ()
        return Verdict(self.mine, form, [Case(names, values)], mistakes, memories)

    def _remembered(self, name, left, right, lines, names, sure):
        """Which of these names of mine is a memory: told by its values, by its name and signs; else what is left."""
        path, values = self.traced

        def fits(own):
            setattr(names[lines.arguments[0]], name, before(values[own, STATE]))
            try:
                return agree(values[own, STATE], eval(dict(lines.codes)[name], names))
            except Exception:
                return False

        def alike(own):
            rows = values[own, STATE]
            if not sure:
                return rows.shape == right.shape or right.shape[-1] > 1  # perhaps one number for all coordinates
            return rows.shape == right.shape and own in path.read and (rows < 0).any() == (right < 0).any()

        left = sorted(left, key=lambda own: (own != name, own not in path.read))
        ways = (fits, lambda own: own == name and alike(own), alike) if sure else (name.__eq__, alike)
        return next((own for way in ways for own in left if way(own)), None)

    @property
    def praise(self):
        mine, right = self.path.rows, self.expected.rows
        verdict = self._verdict(self.right)
        kept = verdict.memories if verdict else {}
        other = [name for name in right if name in mine and name != "t" and kept.get(name, name) == name]
        other = [name for name in other if apart(mine[name], right[name]).any()]
        differ = "differs" if len(other) == 1 else "differ"
        form = f" Your {listed(other)} {differ} from the formula's: it is another form of the rule." if other else ""
        name = NAMES.get(self.right, called(self.right).replace("_", " "))
        return f"Right: {called(self.mine)} walks the same path as {name}.{form}{self._of_many()}"

    def _try_once(self):
        """A single call shows faults over which a walk would only stumble."""
        state, read = self.task.once(self.mine, self.right)
        left = [name for name, value in vars(state).items() if value is ...]
        if left:
            raise Fault(
                "not written",
                f"{called(self.mine)} is not written yet: replace `...` by the formula of {listed(left)}.",
            )
        kept = lines_of(self.right).memories if has_lines(self.right, True) else []
        for name in ["g", *self.task.hyper]:
            if name in read:
                more = f" What is remembered is prev.{kept[-1]}." if kept and name == "g" else ""
                raise Fault(
                    "wrong", f"prev.{name} does not exist: {name} is an argument, so write `{name}` alone.{more}"
                )
        self.read = read

    def _refuse_what_is_no_memory(self):
        for name in self.expected.rows:
            if name not in self.expected.read and name in self.read and name != "theta":
                raise Fault("wrong", f"Not yet. prev.{name} is no memory: {name} is made anew at each step.")

    def _check_what_is_returned(self):
        """θ may be right, and the form not the one asked for, or what is returned under another name no such thing."""
        verdict = self._verdict(self.right)
        if verdict is None:
            return
        if self.exercise.as_written and verdict.wrong:
            raise Fault(
                "wrong",
                "Not yet. It walks the right path, but another form of the rule is asked for. "
                + " ".join([verdict.marks(), *map(verdict.beside, verdict.wrong_names[:1])]),
            )
        for name in self.expected.rows.keys() - self.expected.read:
            if name in self.path.rows and verdict.is_mislabelled(name):
                raise Fault(
                    "wrong",
                    f"Not yet. θ walks the right path, but the {name} that you return is something else: "
                    f"{verdict.lines.formula(name)}.",
                )

    def _check_usual(self):
        path, expected = self.usual.follow(self.watched), self.usual.follow(self.right)
        if parted(path, expected):
            raise Fault("wrong", f"Not yet: with the usual settings it goes wrong. {where_they_part(path, expected)}")

    def _check_nan(self):
        try:
            state = self.watched(Start(self.task.theta), np.full(3, np.nan), **self.task.hyper)
        except Exception:
            return  # it says so itself
        if np.isfinite(state.theta).any():
            raise Fault(
                "wrong",
                "Not yet. Where the gradient is nan, θ stays finite: something hides it, such as nan_to_num or where. "
                "A walk that has diverged must be seen.",
            )

    def _check_defaults(self):
        wanted, given = (inspect.signature(rule).parameters for rule in (self.right, self.mine))
        for name in self.task.hyper:
            own = given[name].default if name in given else inspect.Parameter.empty
            if own is not inspect.Parameter.empty and wanted[name].default != own:
                raise Fault(
                    "wrong",
                    f"Nearly: every line is right, but your default {name} is {own}, where the rule has "
                    f"{wanted[name].default}.",
                )

    def _of_many(self):
        """A remark where arrays of settings are too much; single ones are all that was asked for."""
        try:
            if not parted(self.many.follow(self.watched), self.many.follow(self.right)):
                return ""
            where = ""
        except Fault as fault:
            if fault.kind == "wrong":  # an array that is changed in place
                raise
            where = ""
        except Exception as error:
            where = f" at {line}" if (line := own_line(error, self.mine)) else ""
        return (
            f" With a list of learning rates, as the heat maps walk with, it would fail{where}: there NumPy must do "
            "all numbers at once, with np. functions in the place of loops, if, float() and math."
        )


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
        gradients[-3:] *= HUGE / np.array([0.03, 1, 3000])
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

    def follow(self, rule, steps=STEPS):
        """The walk: theta by step, and rows of all numbers that the rule returned beside it, the first of step 1."""
        states = walk(rule, self.grad, self.theta, steps, **self.hyper)
        first = next(states)
        states = list(states)
        rows = {}
        for name in vars(states[0]) if states else ():
            try:
                rows[name] = np.array([getattr(state, name) for state in states], dtype=float)
            except (AttributeError, ValueError, TypeError):
                pass  # no number, or not at every step: a remark of the student's
        theta = np.stack([first.theta, *(state.theta for state in states)])
        return SimpleNamespace(theta=theta, rows=rows, read=set(first._read) | ({"t"} if "t" in rows else set()))

    def values(self, rule, mine, steps):
        """A shorter walk, and what the names of mine held at each step: dict from (name, line) to rows."""
        held = []

        def traced_rule(prev, g, **hyper):
            state, values = traced(mine, lambda: rule(prev, g, **hyper))
            held.append(values)
            return state

        traced_rule.__signature__ = inspect.signature(rule)
        path = self.follow(traced_rule, steps)
        keys = set.intersection(*(set(values) for values in held))
        rows = {}
        for key in sorted(keys, key=lambda key: key[1]):
            try:
                rows[key] = as_rows(np.array([values[key] for values in held], dtype=float))
            except ValueError:
                pass  # of another shape from step to step
        rows |= {(name, STATE): as_rows(values) for name, values in path.rows.items()}
        path.rows = {name: as_rows(values) for name, values in path.rows.items()}
        return path, rows

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


def as_rows(values):
    """One row a step: a number at each step stands in a column of its own."""
    return values[:, np.newaxis] if values.ndim == 1 else values


def before(rows):
    """What a memory was before each step, if these rows are what it was after it."""
    rows = as_rows(rows)
    return np.concatenate([np.zeros_like(rows[:1]), rows[:-1]])


def watched(mine, right):
    """The same rule, which tells when it changes what it is given, or returns what is not real."""

    def rule(prev, g, **hyper):
        given = {f"prev.{name}": value for name, value in vars(prev).items()} | {"g": g} | hyper
        copies = {name: np.copy(value) for name, value in given.items() if isinstance(value, np.ndarray)}
        parts = dict(vars(prev))
        state = mine(prev, g, **hyper)
        for name, value in copies.items():
            if not np.array_equal(value, given[name], equal_nan=True):
                raise Fault("wrong", IN_PLACE.format(name))
        for name, value in vars(prev).items():
            if name in parts and parts[name] is not value:
                raise Fault("wrong", f"prev.{name} is given a new value, so what it was is lost. Write `{name} = ...`.")
        for name, value in vars(state).items() if isinstance(state, State) else ():
            if np.iscomplexobj(value):
                raise Fault(
                    "broken", f"{called(mine)} returns complex numbers in {name}: a root of something negative?"
                )
        return state

    rule.__name__ = called(mine)
    rule.__signature__ = inspect.signature(right)
    return rule


def apart(mine, right):
    """Where two arrays of rows differ, by row and coordinate; everywhere, if their shapes do."""
    if np.shape(mine) != np.shape(right):
        return np.ones((len(right), 1), dtype=bool)
    return ~np.isclose(mine, right, **CLOSE, equal_nan=True).reshape(len(right), -1)


def parted(path, expected):
    return apart(path.theta, expected.theta).any()


def where_they_part(path, expected):
    """The first step and coordinate at which two paths part."""
    places = apart(path.theta, expected.theta)
    step = np.flatnonzero(places.any(axis=1))[0]
    place = np.flatnonzero(places[step])[0]
    mine, right = told_apart(path.theta[step, place], expected.theta[step, place])
    return f"θ parts from the right path at step {step}, coordinate {place + 1}: {mine} instead of {right}."


def listed(names):
    names = [symbol_of(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))

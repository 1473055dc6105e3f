"""How an answer is tried. A rule's walk has a file of its own, `walks`.

Each way is made of (mine, exercise, rng), raises a Fault where mine can't be
tried, and has what the judge asks for:

    is_right()         whether mine agrees with the exercise
    is_mistake(wrong)  whether mine agrees with another, wrong answer
    parting()          a sentence on where mine parts from what is right
    praise, checked    what is said of a right answer, and how it was checked
    no, seen           what stands before the sentence of a mistake and after it
"""

import copy
import inspect
import numbers

import numpy as np

from ..rules import State
from .guard import Fault, called, short
from .mistakes import IN_PLACE

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does


class Number:
    """A number, compared with the right one."""

    seen = ""

    def __init__(self, mine, exercise, rng):
        self.value, self.exercise = as_number(mine), exercise
        self.no, self.praise = f"Not {self.value:.6g}", f"Right: {self.value:.6g}."
        within = f"{exercise.within:g}" if exercise.absolute else f"{100 * exercise.within:g} %"
        self.checked = f"to within {within}"

    def is_right(self):
        return self.exercise.accepts(self.value)

    def is_mistake(self, wrong):
        return self.exercise.accepts(self.value, wrong)

    def parting(self):
        if not np.isfinite(self.value):
            return "The answer is a finite number."
        return f"That is too {'large' if self.value > self.exercise.right else 'small'}. (Checked {self.checked}.)"


class Function:
    """A function, called with random arguments."""

    praise, no = "Right.", "Not yet"
    seen = " (On random input your numbers are exactly those of this mistake.)"

    def __init__(self, mine, exercise, rng):
        self.mine, self.right, self.checked = mine, exercise.right, exercise.checked
        self.tries, fault = list(exercise.tries(rng)), exercise.fault or self._compare
        faults = (fault(lambda *given: self._call(mine, given), *task) for task in self.tries)
        self.told = next(filter(None, faults), None)

    def is_right(self):
        return self.told is None

    def is_mistake(self, wrong):
        return not any(self._differs(wrong, task) for task in self.tries)

    def parting(self):
        return self.told

    @staticmethod
    def _call(function, task):
        """The function on a copy of its arguments, which it must leave alone."""
        given = copy.deepcopy(task)
        result = function(*given)
        for number, (argument, before) in enumerate(zip(given, task, strict=True)):
            if isinstance(argument, np.ndarray) and not np.allclose(argument, before, **CLOSE):
                raise Fault("wrong", IN_PLACE.format(list(inspect.signature(function).parameters)[number]))
        return result

    def _differs(self, wrong, task):
        try:
            mine, other = (as_numbers(self._call(function, task)) for function in (self.mine, wrong))
        except Fault:
            return True
        return mine.shape != other.shape or not np.allclose(mine, other, **CLOSE, equal_nan=True)

    def _compare(self, call, *task):
        result, expected = as_numbers(call(*task)), np.asarray(self._call(self.right, task))
        if result.shape != expected.shape:
            more = " Is a mean missing?" if result.size > expected.size else ""
            return f"It returns numbers of shape {result.shape}: {expected.shape} is wanted.{more}"
        apart = ~np.isclose(result, expected, **CLOSE)
        if apart.any():
            place = int(np.flatnonzero(apart)[0])
            mine, right = told_apart(result.ravel()[place], expected.ravel()[place])
            return f"On random input, number {place + 1} of what it returns is {mine}, and should be {right}."


def told_apart(mine, right):
    """Two numbers as texts, with as many digits as it takes to tell them apart."""
    digits = next((count for count in (6, 9, 12) if f"{mine:.{count}g}" != f"{right:.{count}g}"), 17)
    return f"{mine:.{digits}g}", f"{right:.{digits}g}"


def as_number(mine):
    """A student's answer as a float."""
    if mine is ... or mine is None:
        raise Fault("not written", "Not answered yet: replace `...` by a number.")
    if callable(mine):
        raise Fault("broken", f"{called(mine)} is a function: give the number that it returns.")
    mine = mine[()] if isinstance(mine, np.ndarray) else mine
    try:
        return float(mine if isinstance(mine, numbers.Number) and not isinstance(mine, bool) else "no number")
    except (ValueError, TypeError, OverflowError):
        raise Fault(
            "broken", f"{short(mine)} is not a single real number: write one such as 0.25, without quotes or brackets."
        ) from None


def as_numbers(result):
    """What a student's function returns, as an array of real numbers."""
    if result is None:
        raise Fault("broken", "It returns nothing: end it with `return` and the result.")
    parts = result if isinstance(result, (list, tuple)) else [result]
    if any(part is ... for part in parts):
        raise Fault("not written", "Not written yet: replace each `...`.")
    try:
        array = np.asarray(result)
    except ValueError:
        array = np.array("")
    if isinstance(result, State):
        raise Fault("broken", "It returns a State: return the new theta itself.")
    if array.dtype.kind == "O" and any(part is ... for part in array.ravel()):
        raise Fault("not written", "Not written yet: replace each `...`.")
    if array.dtype.kind not in "iuf" or np.ma.is_masked(result):
        raise Fault(
            "broken",
            f"It returns {type(result).__name__} with values that are not real numbers: return an array of floats.",
        )
    return array.astype(float)

"""How an answer is tried. A rule's walk has a file of its own, `walks`.

Each way is made of (mine, exercise, rng), raises a Fault where mine can't be
tried, and has what the judge asks for:

    is_right()         whether mine agrees with the exercise
    told()             what is wrong, as a list: with each attempt one more of it is said
    praise, checked    what is said of a right answer, and how it was checked
    no                 what stands before what is wrong
    picture()          what is shown below it when it is unfolded, as HTML
"""

import copy
import inspect
import numbers

import numpy as np

from ..rules import State
from .guard import Fault, called, short
from .lines import CLOSE, STATE, Case, has_lines, lines_of, told_apart, traced
from .mistakes import IN_PLACE
from .verdict import Verdict

FACTORS = {  # what a number may be times the right one, and what is said then
    100: "That is in per cent: write it as a share, 100 times smaller.",
    2: "That is twice the right number: a factor 2 is too much.",
    1 / 2: "That is half of the right number: a factor 2 is missing.",
    np.log(10): "That is 2.3 times too large: ln and log₁₀ are mixed up.",
    1 / np.log(10): "That is 2.3 times too small: ln and log₁₀ are mixed up.",
}
FACTORS |= {10.0**k: "Only the decimal point is at the wrong place: count the zeros." for k in (1, -1, -2, 3, -3)}


class Number:
    """A number, compared with the right one."""

    def __init__(self, mine, exercise, rng):
        self.value, self.exercise = as_number(mine), exercise
        self.no, self.praise = f"Not {self.value:.6g}", f"Right: {self.value:.6g}."
        within = f"{exercise.within:g}" if exercise.absolute else f"{100 * exercise.within:g} %"
        self.checked = f"to within {within}"

    def is_right(self):
        return self.exercise.accepts(self.value)

    def picture(self):
        return ""

    def told(self):
        mistakes, value, hint = self.exercise.mistakes, self.value, self.exercise.hint
        known = [told for wrong, told in mistakes.items() if self.exercise.accepts(value, wrong)]
        known = known or [told for told in [self._slip()] if told]
        known = known or [told for wrong, told in mistakes.items() if self._is_near(wrong)]
        if known:
            return [known[0], hint]
        return [f"That is too {'large' if value > self.exercise.right else 'small'}. {hint}".strip()]

    def _is_near(self, wrong):
        return abs(self.value - wrong) <= min(0.001 * abs(wrong), abs(self.value - self.exercise.right))

    def _slip(self):
        """What whoever knows the right number, and writes it down wrongly, is told."""
        accepts, value, right = self.exercise.accepts, self.value, self.exercise.right
        if not np.isfinite(value):
            return "The answer is a finite number: is there a division by zero, or a logarithm of zero?"
        if accepts(-value):
            return "The sign is turned."
        if right == round(right) and self.exercise.absolute:
            if accepts(np.ceil(value)):
                return "A whole number is asked for: round up."
            if abs(round(value - right)) == 1:
                return f"That is one too {'many' if value > right else 'few'}: try it at both of its neighbours."
        if any(value == float(f"{right:.{digits}g}") for digits in (1, 2, 3)):
            return "That is rounded too much: give more digits."
        if abs(value - right) < 0.05 * abs(right):
            return ""
        for factor, told in FACTORS.items():
            if accepts(value / factor):
                return told
        if value and accepts(1 / value):
            return "The fraction is upside down: divide the other way round."
        if accepts(value**2):
            return "The square of that would be right."
        if value > 0 and accepts(np.sqrt(value)):
            return "The root of that would be right."
        if accepts(1 - value):
            return "That is what is left to 1: subtract it from 1."
        return ""


class Function:
    """A function, called with random arguments."""

    praise, no = "Right.", "Not yet"

    def __init__(self, mine, exercise, rng):
        self.mine, self.exercise, self.right, self.checked = mine, exercise, exercise.right, exercise.checked
        self.tries, fault = list(exercise.tries(rng)), exercise.fault or self._compare
        faults = (fault(lambda *given: self._call(mine, given), *task) for task in self.tries)
        self.said = next(filter(None, faults), None)

    def is_right(self):
        return self.said is None

    def picture(self):
        return ""

    def told(self):
        if self.exercise.fault or self.wrong_shape or not has_lines(self.right, False):
            return [self.said]
        verdict = Verdict(self.mine, self.right, [self._case(task) for task in self.tries], self.exercise.mistakes)
        return verdict.told() or [self.said]

    def _case(self, task):
        """What the names of mine held in one of the tries, and which numbers it returned."""
        result, values = traced(self.mine, lambda: self._call(self.mine, task))
        lines = lines_of(self.right)
        outputs = list(lines.returned)
        parts = [as_numbers(result)] if len(outputs) == 1 else as_numbers(result)
        values |= {(name, STATE): part for name, part in zip(outputs, parts, strict=True)}
        return Case(self.right.__globals__ | dict(zip(lines.arguments, task, strict=True)), values)

    @staticmethod
    def _call(function, task):
        """The function on a copy of its arguments, which it must leave alone."""
        given = copy.deepcopy(task)
        result = function(*given)
        for number, (argument, before) in enumerate(zip(given, task, strict=True)):
            if isinstance(argument, np.ndarray) and not np.allclose(argument, before, **CLOSE):
                raise Fault("wrong", IN_PLACE.format(list(inspect.signature(function).parameters)[number]))
        return result

    wrong_shape = False

    def _compare(self, call, *task):
        result, expected = as_numbers(call(*task)), np.asarray(self._call(self.right, task))
        if result.shape != expected.shape:
            self.wrong_shape = True
            more = " Is a mean missing?" if result.size > expected.size else ""
            return f"It returns {of_shape(result)}: {of_shape(expected)} is wanted.{more}"
        apart = ~np.isclose(result, expected, **CLOSE)
        if apart.any():
            place = int(np.flatnonzero(apart)[0])
            mine, right = told_apart(result.ravel()[place], expected.ravel()[place])
            return f"On random input, number {place + 1} of what it returns is {mine}, and should be {right}."


def of_shape(array):
    """How many numbers an array has, in words."""
    if array.ndim == 0:
        return "a single number"
    return f"an array of {array.size} numbers" if array.ndim == 1 else f"a table of {array.shape[0]} rows"


def as_number(mine):
    """A student's answer as a float."""
    if mine is ... or mine is None:
        raise Fault("not written", "Not answered yet: replace `...` by a number.")
    if callable(mine):
        raise Fault("broken", f"{called(mine)} is a function: give the number that it returns.")
    if isinstance(mine, tuple) and len(mine) == 2 and all(isinstance(part, int) for part in mine):
        raise Fault("broken", f"`{mine[0]},{mine[1]}` is a pair in Python: write a point, {mine[0]}.{mine[1]}.")
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

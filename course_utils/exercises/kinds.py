"""What the exercises ask for beside the five rules: numbers to predict and functions to write."""

import copy
import inspect
from dataclasses import dataclass, field

import numpy as np

from ..rules import State
from .guard import Fault
from .mistakes import IN_PLACE

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does


@dataclass(frozen=True, repr=False)  # a repr would show the answer
class Number:
    """A number to predict.

    right : float
    because : str, one sentence on why, said when it is right
    mistakes : dict from a wrong number to the sentence for whoever gives it
    within : float, how far from the right one counts as right; relative, or
        absolute where `absolute` is set
    """

    right: float
    because: str
    mistakes: dict = field(default_factory=dict)
    within: float = 0.005
    absolute: bool = False

    def accepts(self, value, target=None):
        """Whether value is the right number, or within the same distance of another."""
        target = self.right if target is None else target
        return abs(value - target) <= self.within * (1 if self.absolute else abs(target)) * (1 + 1e-9)

    @property
    def tolerance(self):
        return f"to within {self.within:g}" if self.absolute else f"to within {100 * self.within:g} %"


class Function:
    """A function to write.

    right : the function as it should be
    inputs : function (rng) -> list of tuples, random arguments for it
    mistakes : list of (wrong function, sentence for whoever writes it)
    fault : function (call, *arguments) -> sentence or None, where many
        results are right; by default the results are compared to nine digits
    checked : str, how, said when it is right
    """

    def __init__(self, right, inputs, mistakes=(), fault=None, checked="on random input, to nine digits"):
        self.right, self.inputs, self.mistakes, self.checked = right, inputs, mistakes, checked
        self.judge = fault or self._compare
        self.__name__ = right.__name__

    def fault(self, mine, rng):
        """A sentence on what is wrong with mine, or None."""
        tasks = list(self.inputs(rng))
        for wrong, told in self.mistakes:
            if not any(self._differs(mine, self._call(wrong, task), task) for task in tasks):
                return f"{told} (On random input your numbers are exactly those of this mistake.)"
        return next(filter(None, (self.judge(lambda *a: self._call(mine, a), *task) for task in tasks)), None)

    @staticmethod
    def _call(function, task):
        """The function on a copy of its arguments, which it must leave alone."""
        given = copy.deepcopy(task)
        result = function(*given)
        for number, (argument, before) in enumerate(zip(given, task, strict=True)):
            if isinstance(argument, np.ndarray) and not np.allclose(argument, before, **CLOSE):
                raise Fault("wrong", IN_PLACE.format(list(inspect.signature(function).parameters)[number]))
        return result

    def _differs(self, mine, other, task):
        try:
            mine = as_numbers(self._call(mine, task))
        except Fault:
            return True
        return mine.shape != np.shape(other) or not np.allclose(mine, other, **CLOSE, equal_nan=True)

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

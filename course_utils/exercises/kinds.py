"""What an exercise is: there is one kind for numbers, functions and rules."""

from .mistakes import FORMS
from .tries import Function, Number
from .walks import Walk


class Exercise:
    """What is asked for, how an answer to it is tried, and which mistakes are known.

    right : float or function
        A number to predict; with `tries`, a function to write; a function
        without is a rule, (prev, g, **hyper) -> State, which walks 200 steps
        of random gradients.
    because : str
        A sentence on why, said when it is right.
    mistakes : dict from a wrong number to a sentence, or list of edits
        What whoever gives it is told. A wrong function is an edit of the
        source of `right`: (old, new, sentence), as `mistakes.edited` takes it.
        What is wrong in a single line is found without.
    hint : str
        How to begin, said from the second attempt on.
    within : float
        How far from the right number counts as right: relative, by default
        half a percent, or absolute where `absolute` is set.
    tries : function (rng) -> list of tuples
        Random arguments for a function.
    fault : function (call, *arguments) -> sentence or None
        Judges a function of which many results are right; by default the
        results are compared to nine digits.
    checked : str
        How a function was checked, said when it is right.
    as_written : bool
        Whether a rule must keep the memories of `right`; otherwise any that
        walks the same path is right.
    """

    def __init__(
        self,
        right,
        because="",
        mistakes=(),
        *,
        hint="",
        within=0.005,
        absolute=False,
        tries=None,
        fault=None,
        checked="on random input, to nine digits",
        as_written=False,
    ):
        self.right, self.because, self.mistakes, self.hint = right, because, mistakes, hint
        self.within, self.absolute, self.as_written = within, absolute, as_written
        self.tries, self.fault, self.checked = tries, fault, checked

    @property
    def is_rule(self):
        return callable(self.right) and self.tries is None

    @property
    def forms(self):
        """A rule in the forms that are right, its own first."""
        return [self.right, *([] if self.as_written else FORMS.get(self.right, []))]

    def accepts(self, value, target=None):
        """Whether value is the right number, or within the same distance of another."""
        target = self.right if target is None else target
        return abs(value - target) <= self.within * (1 if self.absolute else abs(target)) * (1 + 1e-9)

    def trial(self, mine, rng):
        """Mine, tried: a Number, a Function or a Walk."""
        kind = Walk if self.is_rule else Function if callable(self.right) else Number
        return kind(mine, self, rng)


def only_exercises(names):
    """The `__dir__` of a module with these names: its exercises, so that Tab shows nothing else."""
    return lambda: [name for name, value in names.items() if isinstance(value, Exercise)]

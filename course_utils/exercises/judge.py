"""Says at once whether an exercise is right, and if it is not, which mistake it is."""

import html
import inspect
import re
import zlib
from collections import Counter

import numpy as np
from IPython.display import display

from ..rules import State
from .guard import Fault, called, explained, guarded, is_empty, short, source
from .kinds import Exercise
from .mistakes import MISTAKES

SECONDS = 5
ATTEMPTS = Counter()  # how often each exercise was answered wrongly, since it was last right
FOLDED = "In the lesson the answer is folded below: read it, fold it again, and write it anew."
NOTHING = object()


def check(mine=NOTHING, right=NOTHING):
    """Say in a sentence or two whether `mine` is right, and if it is not, which mistake it is.

    Parameters
    ----------
    mine : a rule, a function or a number of a student's
    right : what it is meant to be
        An exercise, such as `lesson_5.half_life` or an `Exercise` of your own.
        Or a rule of the course, such as `adam`, a form of
        `course_utils.libraries`, or another rule of your own.

    Whatever walks the same path as a rule is right, however it is written: it
    walks 200 steps of random gradients, and must agree to nine digits; other
    functions get random arguments. Where it is wrong, each line of the right
    one is set beside the student's, given their own state and earlier lines.
    With each attempt more is said. The seed is made from the student's own
    source: the same code meets the same numbers, and code fitted to these
    numbers meets others. It is stopped after 5 seconds, except for one long
    call of compiled code, and what it prints is not shown.
    """
    display(report(mine, right))


class Report:
    """What `check` shows: `text`, its `kind`, "right", "wrong", "broken" or "not written", and a picture as HTML."""

    MARKS = {"right": ("✓", "#009E73"), "not written": ("…", "#0072B2")}  # noqa: RUF012

    def __init__(self, kind, text, picture=""):
        self.kind, self.text, self.picture = kind, text, picture
        self.mark, self.color = self.MARKS.get(kind, ("✗", "#D55E00"))

    def __repr__(self):
        return f"{self.mark} {self.text}"

    def _repr_html_(self):
        text = re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(self.text, quote=False))
        style = f"border-left: 6px solid {self.color}; padding: 4px 12px; font-size: 14pt; line-height: 1.4;"
        mark = f'<b style="color: {self.color}">{self.mark}</b>'
        return f'<div role="status" style="{style}">{mark} {text}{self.picture}</div>'


def report(mine=NOTHING, right=NOTHING):
    """What `check` shows, as a Report."""
    try:
        return Report("right", _judge(mine, right))
    except Fault as fault:
        return Report(fault.kind, fault.text, fault.picture)
    except (Exception, SystemExit) as error:  # from what a student has given, when it was only looked at
        return Report("broken", explained(error, mine).text)


def _judge(mine, right):
    if mine is NOTHING:
        raise Fault(
            "broken", "There is nothing to check: write `check(mine, right)`, with your own in the first place."
        )
    exercise = _exercise(mine, right)
    if callable(exercise.right):
        _check_function(mine, exercise)
    # From the source: the same code meets the same numbers, and code that is fitted to them meets others.
    rng = np.random.default_rng(zlib.crc32(source(mine).encode()))
    return guarded(lambda: _try(mine, exercise, rng), mine, SECONDS)


def _try(mine, exercise, rng):
    """What is said of a right answer; a Fault for another."""
    trial = exercise.trial(mine, rng)
    asked = exercise.right if callable(exercise.right) else exercise
    if trial.is_right():
        ATTEMPTS.pop(asked, None)
        return " ".join(filter(None, [trial.praise, exercise.because, f"(Checked {trial.checked}.)"]))
    told = trial.told()
    ATTEMPTS[asked] += 1
    told = [*told, *[""] * (3 - len(told)), FOLDED][: ATTEMPTS[asked]]
    raise Fault("wrong", f"{trial.no}. {' '.join(filter(None, told))}", trial.picture())


def _exercise(mine, right):
    """What is asked for, as an Exercise; a Fault where that can't be told."""
    if isinstance(right, Exercise):
        return right
    if inspect.isfunction(right) and right in MISTAKES:
        return Exercise(right, mistakes=MISTAKES[right])
    if isinstance(mine, Exercise) or (callable(right) and inspect.isfunction(mine) and mine in MISTAKES):
        raise Fault("broken", "It is the other way round: `check(mine, right)`, with your own in the first place.")
    if callable(right) and called(right) in [rule.__name__ for rule in MISTAKES]:
        name = called(right)
        raise Fault(
            "broken", f"{name} is a function of yours now: give it another name, and import the course's once more."
        )
    if inspect.isfunction(right) and len(inspect.signature(right).parameters) >= 2:
        return Exercise(right)  # a rule of which no mistakes are known
    name = called(mine) if callable(mine) else "mine"
    raise Fault(
        "broken",
        f"Say what it is meant to be: `check({name}, right)`, where right is a rule of the course, such as adam, "
        "or an exercise, such as lesson_5.half_life.",
    )


def _check_function(mine, exercise):
    """That mine is a function of the student's own, which takes what it will be given."""
    wanted = list(inspect.signature(exercise.right).parameters)
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
        what = "give the function itself, without parentheses behind it"
        if not isinstance(mine, int | float | complex | np.generic | np.ndarray | list | tuple):
            what = f"write a function `{form}`"
        raise Fault("broken", f"{short(mine)} is not a function: {what}.")
    if mine is exercise.right:
        raise Fault("broken", f"This is the course's own {mine.__name__}: give yours.")
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
    free = 2 if exercise.is_rule else 0  # a rule may call prev and g as it likes
    unknown = [p.name for p in list(given)[free:] if p.name not in wanted and p.default is p.empty]
    if exercise.is_rule:
        fits = len(names) >= free and set(wanted[free:]) <= set(names[free:]) and not unknown
    else:
        fits = len([p for p in given if p.default is p.empty]) <= len(wanted) <= len(names)
    if not fits:
        raise Fault("broken", f"{called(mine)} takes ({', '.join(names)}): let it take what is wanted, `{form}`.")

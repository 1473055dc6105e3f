"""Wrong rules that are told apart by their steps."""

from itertools import permutations, product

import numpy as np

from ..descent import descend
from ..rules import NAMES, adagrad, adam, momentum, rmsprop
from .mistakes import MISTAKES, edited

CLEAR = 0.5  # of the larger of two steps: a difference that nobody overlooks

# The beginning of a sentence of the catalogue, as far as it says what the rule does and not how to mend it.
SUSPECTED = {
    momentum: [
        "m is an average here, with (1 - β) g",
        "The step is g + β m",
        "β stands before the new gradient",
        "The step goes along the old memory, prev.m",
        "Nothing fades: β is missing",
        "Every step is β times as long",
    ],
    adagrad: [
        "v is the mean of all squares here",
        "ε stands inside the root",
        "The square is forgotten: v sums the sizes |g|",
        "v forgets all gradients but the last",
        "The root is forgotten",
        "The root is kept as the memory",
    ],
    rmsprop: [
        "ρ and 1 - ρ are swapped",
        "v is a sum here, with g² whole",
        "v is corrected for its start at zero",
        "1 - ρ is squared together with g",
        "The root is forgotten",
        "ε stands inside the root",
    ],
    adam: [
        "v is not corrected",
        "β₁ is used for v as well",
        "m is not corrected",
        "t is 2 in the first step",
        "The step goes along g, so m is kept for nothing",
        "v is corrected after the root",
    ],
}
"""For each rule, the mistakes that the steps of one coordinate tell apart, in the order in which they come up."""


class Suspects:
    """Wrong forms of a rule, which walk in one dimension under gradients of one's choice.

    right : one of the rules in SUSPECTED

    Has `name`, what the right rule is called, and `sentences`, a dict from what
    is wrong to the catalogue's whole sentence.
    """

    def __init__(self, right):
        self.name, self.sentences = NAMES[right], {}
        self.rules = {self.name: right}
        for said in SUSPECTED[right]:
            edits = [edit for edit in MISTAKES[right] if edit[-1].startswith(said)]
            if len(edits) != 1:
                raise ValueError(f"{len(edits)} sentences on {right.__name__} begin with {said!r}: let it be one.")
            self.sentences[said], self.rules[said] = edits[0][-1], edited(right, edits[0])

    def walk(self, name, gradients, **hyper):
        """The path of the rule of this name, from θ = 1, under these gradients: one a step."""
        return descend(
            self.rules[name], lambda theta, t: np.full(1, float(gradients[t - 1])), [1.0], len(gradients), **hyper
        )

    def telling(self, name, others, gradients, settings, least=1, most=4, repeat=True):
        """The trial in which one rule differs most from each of the others: the gradients, and a dict of settings.

        gradients : what may be given at each step
        settings : dict from one hyper-parameter or more to the values that each may have
        least, most : how many steps there may be
        repeat : whether a gradient may come again

        A shorter trial is preferred to a longer one as soon as the difference
        is clear; of those as short, the clearest is taken.
        """
        easy_first = sorted(gradients, key=lambda g: abs(g - 1))
        ways = product(easy_first, repeat=most) if repeat else permutations(easy_first, most)
        sequences = np.array(list(ways), dtype=float)
        hyper = dict(zip(settings, zip(*product(*settings.values()), strict=True), strict=True))
        steps, *other_steps = (self._steps(rule, sequences, hyper) for rule in (name, *others))
        differ = np.min([np.maximum.accumulate(_apart(steps, other)) for other in other_steps], axis=0).round(6)
        best = differ.max(axis=(1, 2))
        last = max(least - 1, np.argmax(best >= min(CLEAR, best[-1])))
        which, where = np.unravel_index(np.argmax(differ[last]), differ[last].shape)
        return sequences[which, : last + 1].tolist(), {key: values[where] for key, values in hyper.items()}

    def _steps(self, name, sequences, hyper):
        """Each step under each sequence of gradients, with each of the settings: shape (steps, sequences, settings)."""
        runs = len(sequences), len(next(iter(hyper.values())))
        many = {key: np.broadcast_to(values, runs) for key, values in hyper.items()}
        path = descend(
            self.rules[name],
            lambda theta, t: np.broadcast_to(sequences[:, t - 1, np.newaxis, np.newaxis], theta.shape),
            np.ones((*runs, 1)),
            sequences.shape[1],
            **many,
        )
        with np.errstate(all="ignore"):
            return np.diff(path.theta[..., 0], axis=0)


def _apart(one, other):
    """How far two steps are apart, as a share of the larger: 0 where they are the same, 2 where one is no number."""
    with np.errstate(all="ignore"):
        away = np.abs(one - other)
        share = np.where(away < 1e-9, 0, away / np.maximum(np.abs(one), np.abs(other)))  # less is left by rounding
    known = np.isfinite(one), np.isfinite(other)
    return np.where(known[0] & known[1], share, 2.0 * (known[0] != known[1]))

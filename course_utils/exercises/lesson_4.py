"""The exercises of lesson 4, in the order of the page."""

import numpy as np

from .kinds import Exercise, only_exercises

__dir__ = only_exercises(globals())

ninth_step = Exercise(
    right=0.6 / np.sqrt(9),
    hint="What is v after nine steps with the gradient 3? Divide η by its root, and multiply by the gradient.",
    because="v = 9 · 3², so the step is 0.6 · 3/(3 · 3). The size of the gradient cancels.",
    mistakes={
        0.6: "That is the first step. v is a sum: by the ninth step it holds nine squares.",
        0.6 / 9: "That is the rate, 0.6/√81; multiply it by g. (Or did you divide by 9 where √9 belongs?)",
        0.6 * 3 / 81: "The root of v is missing: v = 9 · 3² = 81.",
        0.6 / np.sqrt(3): "v is a sum of squares, 9 · 3², and not of the gradients' sizes.",
    },
)

larger_gradients = Exercise(
    right=1,
    hint="Put 1000 g for g into the formula of v, then into that of the step.",
    because="v grows by 1000², its root by 1000, and 1000/1000 = 1. Only ε would notice.",
    mistakes={
        1000: "That is gradient descent. Here the root of v grows as well.",
        1 / 1000: "The rate falls to a thousandth, but the gradient it multiplies is 1000 times as large.",
        np.sqrt(1000): "v grows by 1000², not by 1000: it holds squares.",
        1 / np.sqrt(1000): "v grows by 1000², not by 1000: it holds squares.",
    },
)

steps_of_a_walk = Exercise(
    hint="Step t is 0.4/√t long. Add these lengths up until they are 20: np.cumsum does it.",
    right=float(1 + np.argmax(np.cumsum(0.4 / np.sqrt(np.arange(1, 1000))) >= 20)),
    because="The steps η/√t add up to about 2 η √t, which is 20 near t = (20/0.8)² = 625; counted one by one, 662.",
    mistakes={
        50: "That is for steps of constant length η. Here the step t is η/√t long.",
        2500: "(d/η)² says how it grows. The sum of 1/√t is about 2 √t, so it is a quarter of that.",
        25: "That is √T, from 0.8 √T = 20. Square it.",
        1250: "The sum of 1/√t is about 2 √t, and the root is squared at the end: a quarter of 2500.",
    },
    within=0.1,
)

"""The exercises of lesson 3, in the order of the page."""

import numpy as np

from ..rules import State
from .kinds import Exercise, only_exercises

__dir__ = only_exercises(globals())

terminal_speed = Exercise(
    right=1 / (1 - 0.99),
    hint="With a constant gradient m is g times 1 + β + β² + ...: what is this sum?",
    because="The sum 1 + β + β² + ... is 1/(1 - β).",
    mistakes={
        10: "That is for β = 0.9.",
        1 / 0.99: "That is 1/β. The geometric sum is 1/(1 - β).",
        99: "That is β/(1 - β): the latest gradient counts too.",
        0.01: "That is 1 - β. The sum is 1/(1 - β).",
        1.99: "That is 1 + β: two terms of the sum. It goes on.",
    },
)

smallest_beta = Exercise(
    right=(0.4 * 8 - 2) / 2,
    hint="Set the limit on η, (2 + 2β)/λ_max, equal to 0.4.",
    because="η = (2 + 2β)/λ_max, solved for β.",
    mistakes={
        0.4 * 8 - 2: "That is 2β. Halve it.",
        0.4 * 8 / 2: "That is 1 + β. Take 1 away.",
        0.4 * 8 / 4: "Without momentum the limit is 2/λ_max, so there is a 2 beside the 2β.",
        0.622: "That is the critical β, (1 - √(ηλ))², where the roots turn complex. The walk converges before that.",
        0.375: "That is from η (1 - β) = 2/λ_max, but the factor is not 1 - β: the limit on η is (2 + 2β)/λ_max.",
        0.9: "That is the usual value. A smaller one is enough.",
    },
)

steps_to_forget = Exercise(
    right=44,
    hint="With each step it is multiplied by β once more: solve 0.9ᵏ < 0.01.",
    because="0.9⁴⁴ = 0.0097.",
    mistakes={
        43: "0.9⁴³ = 0.0108, which is a little more than one in a hundred.",
        np.log(0.01) / np.log(0.9): "The number is right, but steps are whole: round up.",
        10: "After 1/(1 - β) = 10 steps a share of 0.35 is left.",
        22: "0.9²² = 0.098: that is one in ten.",
        7: "0.9⁷ = 0.48: that is about half.",
        100: "1 in 100 is not 100 steps: solve 0.9ᵏ < 0.01.",
    },
    within=0.01,
    absolute=True,
)


def keras_momentum(prev, g, lr=0.01, beta=0.9):
    v = beta * prev.v - lr * g
    theta = prev.theta + v
    return State(theta=theta, v=v)


keras_form = Exercise(right=keras_momentum, as_written=True)

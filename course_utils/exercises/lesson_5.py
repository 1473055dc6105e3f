"""The exercises of lesson 5, in the order of the page."""

import numpy as np

from ..rules import State
from .kinds import Exercise, only_exercises
from .mistakes import UPHILL, misplaced_eps

__dir__ = only_exercises(globals())

first_step = Exercise(
    right=0.01 / np.sqrt(1 - 0.99),
    hint="What is v after one step, in terms of g²? Then divide η g by its root.",
    because="v₁ = 0.01 g², so the step is η/√0.01, ten times η.",
    mistakes={
        1: "The root is missing: v₁ = 0.01 g², and the step is divided by its root.",
        0.01: "That is η, AdaGrad's first step. Here v₁ holds only the share 1 - ρ of the first square.",
        0.01 / np.sqrt(0.1): "That is for ρ = 0.9.",
        0.001: "The root of v₁ is 0.1 |g|, and the step is divided by it, not multiplied.",
        0.01 / np.sqrt(0.99): "The first square has the share 1 - ρ, not ρ.",
        10: "That is the factor. Multiply it by η.",
    },
)

half_life = Exercise(
    right=np.log(0.5) / np.log(0.95),
    hint="After k steps the share ρᵏ is left: set it to ½, and take logarithms.",
    because="ln ½ / ln ρ.",
    mistakes={
        1 / 0.95: "Not 1/ρ: solve ρᵏ = ½.",
        20: "That is 1/(1 - ρ). After so many steps 0.36 is left, not a half.",
        10: "That is half of 1/(1 - ρ). Weights do not fall by the same amount at each step, but by the same factor.",
        14: "Nearly: it need not be a whole number. Give two digits after the point.",
        np.log(0.95) / np.log(0.5): "Turn the quotient round: k = ln ½ / ln ρ.",
        -np.log(0.5) / np.log(0.95): "The sign is lost: both logarithms are negative.",
    },
)

decay_for_half_life = Exercise(
    right=0.5 ** (1 / 100),
    hint="Solve ρ¹⁰⁰ = ½.",
    because="ρ¹⁰⁰ = ½, so ρ = ½ to the power 1/100.",
    mistakes={
        0.99: "That is 1 - 1/100, whose half-life is 69.",
        0.995: "1 - 0.5/100 is near, but its half-life is 138: weights fall by a factor, not by an amount.",
        0.5: "With ρ = ½ everything is half forgotten after one step.",
        0.01: "That would forget nearly all at once.",
        0.5**1 / 100: "In Python 0.5 ** 1/100 is (0.5 ** 1)/100: put brackets round 1/100.",
    },
    within=0.00005,
    absolute=True,
)

rate_of_the_sum = Exercise(
    right=0.01 / np.sqrt(1 - 0.9),
    hint="How many times as large is this v? How many times as long, then, is each step?",
    because="Its v is 1/(1 - ρ) times as large, so each step is √(1 - ρ) times as long, and η must make up for it.",
    mistakes={
        0.01 * np.sqrt(1 - 0.9): "The other way round: its steps are too short already, so η must be larger.",
        0.1: "v is ten times as large, but its root only 3.16 times.",
        0.001: "Its steps are too short already, so η must be larger; and the root of v counts, not v.",
        0.01: "With the same η its steps are shorter: v is ten times as large.",
    },
    within=0.02,
)


def corrected_rmsprop(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = rho * prev.v + (1 - rho) * g**2
    v_hat = v / (1 - rho**t)
    rate = lr / (np.sqrt(v_hat) + eps)
    theta = prev.theta - rate * g
    return State(theta=theta, t=t, v=v, v_hat=v_hat, rate=rate)


# fmt: off
corrected_rmsprop = Exercise(
    right=corrected_rmsprop,
    mistakes=[
        UPHILL,
        *misplaced_eps("v_hat", "v̂"),
        ("np.sqrt(v_hat)", "np.sqrt(v)",
         "v is not corrected: divide it by 1 - ρᵗ before its root is taken."),
        ("v=v,", "v=v_hat,",
         "The corrected v̂ is kept as the memory, and corrected again at each step. Return v=v."),
        ("v / (", "np.sqrt(v) / (", "np.sqrt(v_hat)", "v_hat",
         "v is corrected after the root. Divide v by 1 - ρᵗ first, and take the root of the quotient."),
    ],
)
# fmt: on

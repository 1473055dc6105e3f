"""The exercises of the appendix, in the order of the page."""

import numpy as np

from ..rules import State
from .kinds import Exercise, only_exercises

__dir__ = only_exercises(globals())

walk_of_lion = Exercise(
    right=1000 * 0.0001,
    hint="How long is one step of Lion, whatever the size of the gradient?",
    because="Each step is η in every coordinate whose gradients keep their sign: 1000 times 0.0001.",
    mistakes={
        1000 * 0.0001 * 0.003: "That is gradient descent's walk, η g a step. Lion takes the sign of g alone.",
        0.0001: "That is one step. It takes a thousand.",
        1000 * 0.0001 * 0.1: "The share 1 - β₁ changes no sign: the sum before the sign may be as small as it likes.",
        1000: "That is in units of η. Multiply it by η.",
    },
)


def adamw(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    t = prev.t + 1
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    rate = lr / (np.sqrt(v_hat) + eps)
    theta = prev.theta - rate * m_hat - lr * decay * prev.theta
    return State(theta=theta, t=t, m=m, v=v, m_hat=m_hat, v_hat=v_hat, rate=rate)


# fmt: off
adamw = Exercise(
    right=adamw,
    because="The share of θ never meets √v̂, so all weights decay alike.",
    mistakes=[
        ("t = prev.t + 1", "t = prev.t + 1\n    g = g + decay * prev.theta", " - lr * decay * prev.theta", "",
         "The decay is added to g: that is the L2 penalty, which is then divided by √v̂. Take lr * decay * prev.theta "
         "from θ itself."),
        ("lr * decay * prev.theta", "rate * decay * prev.theta",
         "The decay is multiplied by the rate of each coordinate, which divides it by √v̂. All weights should decay "
         "alike: multiply it by η."),
    ],
)
# fmt: on

steps_to_half = Exercise(
    right=float(np.ceil(np.log(0.5) / np.log(1 - 0.001 * 0.1))),
    hint="Each step leaves the share 1 - η · decay: after how many is it below a half?",
    because="0.9999ᵗ < ½ from t = ln ½/ln 0.9999 = 6931.1 on.",
    mistakes={
        7: "That is for a share of 0.1 a step. η stands before it: 1 - 0.001 · 0.1.",
        693: "That is for a share of 0.001 a step. It is η · decay, 0.001 · 0.1.",
        10_000: "That is 1/(η · decay). After so many steps 0.37 is left.",
        5000: "The share is of what is left, so the weight falls by the same factor at each step, not by an amount.",
        6931: "At 6931 it is just above a half.",
    },
    within=0.01,
    absolute=True,
)


def amsgrad(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = prev.t + 1
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = np.maximum(prev.v_hat, v / (1 - beta2**t))
    rate = lr / (np.sqrt(v_hat) + eps)
    theta = prev.theta - rate * m_hat
    return State(theta=theta, t=t, m=m, v=v, m_hat=m_hat, v_hat=v_hat, rate=rate)


# fmt: off
amsgrad = Exercise(
    right=amsgrad,
    because="The average v goes on as in Adam; only v̂, which divides, never falls.",
    mistakes=[
        ("v = beta2 * prev.v + (1 - beta2) * g**2", "v = np.maximum(prev.v, beta2 * prev.v + (1 - beta2) * g**2)",
         "np.maximum(prev.v_hat, v / (1 - beta2**t))", "v / (1 - beta2**t)",
         "The maximum is kept as the memory v, which then can't fade, and grows with every gradient above its root. "
         "Let v be the average as ever, and take the maximum of the corrected v̂."),
    ],
)
# fmt: on

step_of_a_tenth = Exercise(
    right=1000 * np.arccos(-0.8) / np.pi,
    hint="Set (1 + cos(π t/1000))/2 to 0.1, and solve for t.",
    because="cos(π t/1000) = -0.8, so t = 1000 arccos(-0.8)/π = 795.2.",
    mistakes={
        900: "That would be a straight line. The cosine is flat at its end, so a tenth comes sooner.",
        1000 * np.arccos(0.1) / np.pi: "That is where the cosine is 0.1. It is (1 + cos)/2 that should be.",
        1000 * np.arccos(0.8) / np.pi: "There η is nine tenths: cos(π t/1000) must be -0.8, not 0.8.",
        100: "That is for 1/√t: 1/√100 is a tenth.",
        np.arccos(-0.8) / np.pi: "That is the share of the run. Multiply it by its 1000 steps.",
        1000 * np.degrees(np.arccos(-0.8)) / np.pi: "The angle is in degrees here: np.arccos gives radians.",
    },
)

"""The exercises of lesson 6, in the order of the page."""

import numpy as np

from .kinds import Exercise, only_exercises

__dir__ = only_exercises(globals())

first_step_of_adam = Exercise(
    right=0.001,
    hint="What are m̂ and v̂ after one step, in terms of g?",
    because="m̂ = g and v̂ = g² at the first step, whatever g is; the ε beside 0.0001 takes off a ten-thousandth.",
    mistakes={
        1e-7: "That is gradient descent's step, η g. Adam divides g by its own size.",
        0.001 * 0.1 / np.sqrt(0.001): "That is the step without bias correction.",
        0.0001: "That is g. Adam's first step does not depend on it.",
        1e-5: "That is m, 0.1 g. It is corrected, divided by √v̂, and multiplied by η.",
        1e-8: "That is η m. It is corrected, and divided by √v̂.",
        1: "That is g/|g|. It is still multiplied by η.",
    },
)

steps_to_one_percent = Exercise(
    right=float(np.ceil(np.log(0.01) / np.log(0.999))),
    hint="v is (1 - β₂ᵗ) g² then: from which whole t on is 0.999ᵗ below 0.01?",
    because="v = (1 - β₂ᵗ) g², and 0.999ᵗ < 0.01 from t = ln 0.01/ln 0.999 = 4602.9 on.",
    mistakes={
        1000: "That is 1/(1 - β₂). After so many steps v still lacks 37 %.",
        44: "That is for β₁ = 0.9.",
        np.log(0.99) / np.log(0.999): "That is when v has reached 1 % of g², not when it lacks 1 %.",
        2303: "That is when v lacks 10 %.",
        4605: "That is 1000 · ln 100, which takes ln 0.999 for -0.001: nearly, but not the whole step asked for.",
        3913: "That is when v lacks 2 %, and its root 1 %. The question asks for v.",
        2375: "That is when the ratio of the steps is within 5 %. The question asks for v, and 1 %.",
        459: "That is for β₂ = 0.99.",
    },
    within=0.01,
    absolute=True,
)

late_steps = Exercise(
    right=(1 / 0.1) / np.sqrt(1 / 0.001),
    hint="What are m̂ and v̂ there, in terms of m and v, when t is always 1?",
    because="m̂ = 10 m and v̂ = 1000 v for ever, so late steps are 10/√1000 times as long.",
    mistakes={
        np.sqrt(1000) / 10: "Turn it round: v̂ stands below the line.",
        10: "That is the factor of m̂. v̂ is 1000 v, and its root divides.",
        0.01: "v̂ is 1000 v, but its root divides.",
        1: "That is the first step. Late m and v need no correction, and still get the first one.",
        1 / np.sqrt(1000): "m̂ is too large as well, by a factor of 10.",
    },
    within=0.02,
)

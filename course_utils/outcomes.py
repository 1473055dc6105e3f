"""Says in words what a path has done, from the path alone."""

import numpy as np

WORDS = {
    "arrives": "arrives within {tolerance:g} of the minimum at step {step}",
    "swinging": "changing sides at every step",
    "diverges": "diverges",
    "cycle": "jumps between two points for ever",
    "rests": "has come to rest away from the minimum",
    "on its way": "still {distance:.2g} away after {steps} steps",
}
"""What is said; a translated course passes its own."""


def verdict(path, minimum, tolerance=1e-3, words=WORDS):
    """One line on whether a path arrives, swings, cycles, diverges, rests or is still on its way.

    path : Path of one run; `path.run(2)` is one of many
    minimum : array_like, shape (parameters,), where the loss is least
    tolerance : the distance, in units of theta, that counts as arrived
    words : dict of the sentences, as WORDS
    """
    theta = path.single().theta
    with np.errstate(all="ignore"):
        distance = np.linalg.norm(theta - np.asarray(minimum), axis=-1)
        moves = np.diff(theta, axis=0)
        lengths = np.linalg.norm(moves, axis=-1)
        swinging = _swings(moves)
        away = np.flatnonzero(~(distance < tolerance))
        steps = len(moves)
        if _grows(theta - np.asarray(minimum), moves):
            said = words["diverges"]
        elif len(away) == 0 or away[-1] < steps:
            said = words["arrives"].format(step=away[-1] + 1 if len(away) else 0, tolerance=tolerance)
        elif steps >= 4 and _cycles(theta[-5:], lengths[-1]):
            return words["cycle"]
        elif steps and lengths[-1] < 1e-9 * (1 + distance[-1]):
            return words["rests"]
        else:
            said = words["on its way"].format(distance=distance[-1], steps=steps)
    return f"{said}, {words['swinging']}" if swinging else said


def _grows(away, moves):
    """Whether the end has left the numbers, or the walk leads away by steps that grow and will go on growing.

    Both are measured along the last step, since that is where a walk that diverges goes in the end.
    """
    if not np.isfinite(away[-1]).all():
        return True
    half = len(moves) // 2
    if half < 2 or not moves[-1].any():
        return False
    direction = moves[-1] / np.abs(moves[-1]).max()
    steps, places = moves @ direction, away[1:] @ direction
    if np.abs(places[-2:]).max() <= np.abs(places[:half]).max():
        return False
    factor = _factor(steps[-max(half, 6) :])
    if factor is not None:
        return factor > 1.0005
    return _outgrows(np.abs(steps), half) and _outgrows(np.abs(places), half)


def _factor(steps):
    """What each step is multiplied by in the end; None where they follow no law, or are too few to tell.

    On a quadratic a step of gradient descent or momentum is a fixed mixture of the two before it, which tells growth
    that lasts from growth that tires, as that of momentum's first steps.
    """
    before = np.column_stack([steps[1:-1], steps[:-2]])
    if len(before) >= 4:
        mixture = np.linalg.lstsq(before, steps[2:], rcond=1e-9)[0]
        if np.abs(before @ mixture - steps[2:]).max() < 1e-4 * np.abs(steps[2:]).max():
            return np.abs(np.roots([1, *-mixture])).max()


def _outgrows(sizes, half):
    """Whether the end goes beyond all of the first half, and the second half grows by a steady factor."""
    parts = [part.max() for part in np.array_split(sizes[half:], min(4, len(sizes[half:]) // 2))]
    growth = np.diff(np.log(parts))
    beyond = sizes[-2:].max() > 1.01 * sizes[:half].max()
    return beyond and not (growth <= 0).any() and not (growth[1:] < 0.75 * growth[:-1]).any()


def _swings(moves):
    """Whether some coordinate turned round at each of its last ten steps."""
    signs = np.sign(moves[-10:])
    return len(signs) > 1 and bool((signs[1:] * signs[:-1] < 0).all(axis=0).any())


def _cycles(theta, length):
    return length > 0 and np.allclose(theta[2:], theta[:-2], rtol=0, atol=1e-6 * length)

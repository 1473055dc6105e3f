"""The exercises of lesson 2, in the order of the page."""

import numpy as np

from .guard import Fault
from .kinds import Exercise, only_exercises

__dir__ = only_exercises(globals())


def gd_step(theta, g, lr):
    new = theta - lr * g
    return new


gd_step = Exercise(
    right=gd_step,
    tries=lambda rng: [(*rng.normal(size=(2, 3)), lr) for lr in rng.uniform(0.05, 3, 5)],
)

largest_rate = Exercise(
    right=2 / 10,
    hint="For a single curvature λ the limit is 2/λ. Which of the three directions diverges first?",
    because="The steepest direction decides: 2/10.",
    mistakes={
        2 / 0.5: "That is 2 divided by the smallest curvature. The largest one diverges first.",
        1 / 10: "That is 1/λ_max, which lands in the minimum of the steepest direction. It diverges from 2/λ_max on.",
        2 / 10.5: "That is the best rate, 2/(L + μ). The limit lies a little higher.",
        2 / 3: "That is the limit of the middle curvature. The largest one diverges first.",
        2 / 13.5: "Curvatures of different directions do not add up. The largest one alone decides.",
    },
)

steps_in_all = Exercise(
    right=60 * 6,
    hint="Count the batches of one epoch, the last and smaller one as well.",
    because="An epoch has five batches of 64 and one of 22.",
    mistakes={
        60 * 5: "The last batch, of 22 rows, is a step as well.",
        321: "The dealing begins anew with each epoch, so each ends with a smaller batch: six steps an epoch.",
        320: "The dealing begins anew with each epoch, so each ends with a smaller batch: six steps an epoch.",
        60 * 342 / 64: "Steps are whole, and the dealing begins anew with each epoch: six steps an epoch.",
        60: "That is the number of epochs. With batches an epoch has several steps.",
        60 * 342: "That is for single birds. A step uses 64 of them.",
        6: "That is one epoch.",
    },
    within=0.01,
    absolute=True,
)

steps_to_a_thousandth = Exercise(
    right=8,
    hint="One step is θ - 0.3 · 2θ. Read off the factor, and take its powers.",
    because="The factor is 1 - 0.3 · 2 = 0.4, and 0.4⁷ = 0.0016 is too much, 0.4⁸ = 0.0007 enough.",
    mistakes={
        7: "After 7 steps 0.4⁷ = 0.0016 is left, which is more than a thousandth.",
        np.log(0.001) / np.log(0.4): "The number is right, but steps are whole: round up.",
        20: "That is for the factor 1 - η. The gradient of θ² is 2 θ, so the factor is 1 - 2 η.",
        4: "That is for L, not for θ: L falls by the square of the factor.",
    },
    within=0.01,
    absolute=True,
)


def batches(rows, size, rng):
    order = rng.permutation(rows)
    for first in range(0, rows, size):
        yield order[first : first + size]


def _deals(rng):
    """Rows, batch size and rng; once the last batch is as large as the others, then it is smaller."""
    for rest in (0, 1, 2, 3, 4):
        size, whole = int(rng.integers(5, 9)), int(rng.integers(6, 10))
        yield size * whole + rest, size, np.random.default_rng(rng.integers(1_000_000))


def _deal_fault(call, rows, size, rng):
    """What is wrong with the batches of two epochs, dealt with one rng; the order within is free."""
    first, second = _dealt(call, rows, size, rng), _dealt(call, rows, size, rng.spawn(1)[0])
    wanted = -(-rows // size)
    last = rows - size * (wanted - 1)
    every = np.concatenate(first)
    if len(every) == 0:
        return "It yields no batch at all."
    if every.min() < 0 or every.max() >= rows:
        outside = every.max() if every.max() >= rows else every.min()
        return f"With {rows} rows it yields the row {outside}: the rows are 0 to {rows - 1}."
    if len(first) == wanted + 1 and len(first[-1]) == 0:
        return f"There is one batch too many, an empty one at the end: {wanted} are wanted, range(0, rows, size)."
    if any(len(batch) == 0 for batch in first):
        return "Some batch is empty: a slice goes from first to first + size."
    if wanted > 1 and len(first[0]) == size - 1 and len(first[1]) == size - 1 and len(every) < rows:
        return "Each batch lacks its last row: a slice ends before its second number, so write first : first + size."
    if [list(batch) for batch in first] != [list(batch) for batch in _dealt(call, rows, size, rng)]:
        return "Deal with the rng that is given: the same rng must give the same batches."
    if len(np.unique(every)) < len(every):
        return "Some row comes twice in an epoch. Deal a permutation of the rows: each comes exactly once."
    if len(every) == size * (wanted - 1) < rows:
        return (
            f"The last batch is missing: with batches of {size}, {last} of {rows} rows are never seen in this epoch. "
            "A slice may reach beyond the end."
        )
    if len(every) < rows:
        return f"Of {rows} rows only {len(every)} are dealt."
    sizes = [len(batch) for batch in first]
    if sizes != [size] * (wanted - 1) + [last]:
        some = ", ".join(map(str, sizes[:8])) + (", ..." if len(sizes) > 8 else "")
        return f"The batches have the sizes {some}: {wanted - 1} of {size} and a last one of {last} are wanted."
    if np.array_equal(np.sort(every), every) and np.array_equal(every, np.concatenate(second)):
        return "The rows come in their own order, 0, 1, 2, ...: shuffle them with rng.permutation(rows)."
    if np.array_equal(every, np.concatenate(second)):
        return (
            "Every epoch has the same order: take it from the rng that is given, not from one with a seed of its own."
        )
    if {tuple(sorted(batch)) for batch in first} == {tuple(sorted(batch)) for batch in second}:
        return "The same rows share a batch in each epoch: shuffle the rows first, then cut."
    if (np.diff(every) == 1).mean() > 0.5:
        return "Neighbours stay together: most rows come right after the one before. Shuffle the rows first, then cut."
    return None


def _dealt(call, *task):
    result = call(*task)
    if result is None:
        raise Fault("broken", "It returns nothing: hand out each batch with `yield`.")
    if isinstance(result, np.ndarray) and result.ndim == 1 and 0 < len(result) <= task[1]:
        raise Fault("wrong", "`return` stops at the first batch: hand out each with `yield`.")
    if result is ...:
        raise Fault("not written", "Not written yet: replace each `...`.")
    try:
        dealt = []
        for batch in result:
            if batch is ...:
                raise Fault("not written", "Not written yet: replace each `...`.")
            dealt.append(_as_rows(batch))
            if len(dealt) > task[0]:
                raise Fault(
                    "wrong", f"It yields more batches than there are rows, {task[0]}: end the loop with the rows."
                )
    except TypeError as error:
        if "iterable" not in str(error):
            raise
        raise Fault("broken", "It returns a single thing: hand out the batches one by one, with `yield`.") from None
    return dealt or [np.empty(0, dtype=int)]


def _as_rows(batch):
    try:
        array = np.asarray(batch)
    except ValueError:  # a pair of things of different lengths
        array = np.empty((0, 0))
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise Fault(
            "broken", "A batch is an array of row numbers, such as array([4, 0, 2]): cut it from the permutation."
        )
    return array


batches = Exercise(
    right=batches,
    tries=_deals,
    fault=_deal_fault,
    checked="on random numbers of rows, with a smaller last batch and without",
)

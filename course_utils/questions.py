"""What the exercises ask for beside the five rules: numbers to predict and functions to write."""

import copy
import inspect
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from .guard import Fault
from .mistakes import IN_PLACE, rmsprop_corrected
from .rules import State

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does


@dataclass(frozen=True, repr=False)  # a repr would show the answer
class Number:
    """A number to predict.

    right : float
    because : str, one sentence on why, said when it is right
    mistakes : dict from a wrong number to the sentence for whoever gives it
    within : float, how far from the right one counts as right; relative, or
        absolute where `absolute` is set
    """

    right: float
    because: str
    mistakes: dict = field(default_factory=dict)
    within: float = 0.005
    absolute: bool = False

    def accepts(self, value, target=None):
        """Whether value is the right number, or within the same distance of another."""
        target = self.right if target is None else target
        return abs(value - target) <= self.within * (1 if self.absolute else abs(target)) * (1 + 1e-9)

    @property
    def tolerance(self):
        return f"to within {self.within:g}" if self.absolute else f"to within {100 * self.within:g} %"


class Function:
    """A function to write.

    right : the function as it should be
    inputs : function (rng) -> list of tuples, random arguments for it
    mistakes : list of (wrong function, sentence for whoever writes it)
    fault : function (call, *arguments) -> sentence or None, where many
        results are right; by default the results are compared to nine digits
    checked : str, how, said when it is right
    """

    def __init__(self, right, inputs, mistakes=(), fault=None, checked="on random input, to nine digits"):
        self.right, self.inputs, self.mistakes, self.checked = right, inputs, mistakes, checked
        self.judge = fault or self._compare
        self.__name__ = right.__name__

    def fault(self, mine, rng):
        """A sentence on what is wrong with mine, or None."""
        tasks = list(self.inputs(rng))
        for wrong, told in self.mistakes:
            if not any(self._differs(mine, self._call(wrong, task), task) for task in tasks):
                return f"{told} (On random input your numbers are exactly those of this mistake.)"
        return next(filter(None, (self.judge(lambda *a: self._call(mine, a), *task) for task in tasks)), None)

    @staticmethod
    def _call(function, task):
        """The function on a copy of its arguments, which it must leave alone."""
        given = copy.deepcopy(task)
        result = function(*given)
        for number, (argument, before) in enumerate(zip(given, task, strict=True)):
            if isinstance(argument, np.ndarray) and not np.allclose(argument, before, **CLOSE):
                raise Fault("wrong", IN_PLACE.format(list(inspect.signature(function).parameters)[number]))
        return result

    def _differs(self, mine, other, task):
        try:
            mine = _as_numbers(self._call(mine, task))
        except Fault:
            return True
        return mine.shape != np.shape(other) or not np.allclose(mine, other, **CLOSE, equal_nan=True)

    def _compare(self, call, *task):
        result, expected = _as_numbers(call(*task)), np.asarray(self._call(self.right, task))
        if result.shape != expected.shape:
            more = " Is a mean missing?" if result.size > expected.size else ""
            return f"It returns numbers of shape {result.shape}: {expected.shape} is wanted.{more}"
        apart = ~np.isclose(result, expected, **CLOSE)
        if apart.any():
            place = int(np.flatnonzero(apart)[0])
            mine, right = told_apart(result.ravel()[place], expected.ravel()[place])
            return f"On random input, number {place + 1} of what it returns is {mine}, and should be {right}."


def told_apart(mine, right):
    """Two numbers as texts, with as many digits as it takes to tell them apart."""
    digits = next((count for count in (6, 9, 12) if f"{mine:.{count}g}" != f"{right:.{count}g}"), 17)
    return f"{mine:.{digits}g}", f"{right:.{digits}g}"


def _as_numbers(result):
    """What a student's function returns, as an array of real numbers."""
    if result is None:
        raise Fault("broken", "It returns nothing: end it with `return` and the result.")
    parts = result if isinstance(result, (list, tuple)) else [result]
    if any(part is ... for part in parts):
        raise Fault("not written", "Not written yet: replace each `...`.")
    try:
        array = np.asarray(result)
    except ValueError:
        array = np.array("")
    if isinstance(result, State):
        raise Fault("broken", "It returns a State: return the new theta itself.")
    if array.dtype.kind == "O" and any(part is ... for part in array.ravel()):
        raise Fault("not written", "Not written yet: replace each `...`.")
    if array.dtype.kind not in "iuf" or np.ma.is_masked(result):
        raise Fault(
            "broken",
            f"It returns {type(result).__name__} with values that are not real numbers: return an array of floats.",
        )
    return array.astype(float)


# --- lesson 1

residual_doubles = Number(
    right=2**2,
    because="The loss squares the residual; in the gradient its term only doubles.",
    mistakes={2: "That is the factor of its term in the gradient. The loss squares the residual."},
)

one_unit_too_high = Number(
    right=0.2410 + 1**2,
    because="Each residual r becomes r + 1; the mean of (r + 1)² is that of r² plus 1, because the mean of r is 0.",
    mistakes={
        0.241: "That is the loss at the star. One unit above it the loss is larger.",
        1: "That is what the shift adds to the loss; the loss at the star is there as well.",
        (0.241**0.5 + 1) ** 2: "The residuals do not all have the same sign, so their sizes do not simply add up.",
    },
)


def mse_grad(w, b, x, y):
    residual = w * x + b - y
    return np.array([2 * np.mean(residual * x), 2 * np.mean(residual)])


def mae_grad(w, b, x, y):
    sign = np.sign(w * x + b - y)
    return np.array([np.mean(sign * x), np.mean(sign)])


def _lines(rng):
    """Parameters and data of lines."""
    for rows in rng.integers(15, 40, 5):
        x = rng.standard_normal(rows) + 0.5
        yield rng.normal(), rng.normal(), x, 1.3 * x - 0.4 + rng.standard_normal(rows)


def _of_residual(term):
    """A wrong gradient of a line: term (residual, x) gives its two numbers."""
    return lambda w, b, x, y: np.array(term(w * x + b - y, x))


mse_grad = Function(
    mse_grad,
    _lines,
    mistakes=[
        (
            _of_residual(lambda r, x: [np.mean(r * x), np.mean(r)]),
            "The factor 2 is missing, which the square leaves when it is differentiated. The direction is right, "
            "so training would still work, with steps half as long.",
        ),
        (
            _of_residual(lambda r, x: [2 * np.sum(r * x), 2 * np.sum(r)]),
            "This is a sum over the rows where the loss has a mean: it grows with the number of rows. Use np.mean.",
        ),
        (
            _of_residual(lambda r, x: [np.sum(r * x), np.sum(r)]),
            "This is a sum over the rows, and without the factor 2 that the square leaves. Use 2 * np.mean.",
        ),
        (
            _of_residual(lambda r, x: [-2 * np.mean(r * x), -2 * np.mean(r)]),
            "The sign is turned: the residual is prediction minus y, and the gradient points uphill.",
        ),
        (
            _of_residual(lambda r, x: [2 * np.mean(r), 2 * np.mean(r * x)]),
            "The two numbers are swapped: the derivative along w comes first.",
        ),
        (
            _of_residual(lambda r, x: [2 * np.mean(r), 2 * np.mean(r)]),
            "The inner derivative along w is missing: by the chain rule each residual there is multiplied by its x.",
        ),
        (
            _of_residual(lambda r, x: [2 * np.mean(r) * np.mean(x), 2 * np.mean(r)]),
            "The mean of a product is not the product of the means: multiply each residual by its x first.",
        ),
    ],
)

condition_number = Number(
    right=10**2,
    because="The curvature along w is 2 mean(x²), now 200; along b it is still 2.",
    mistakes={
        10: "The curvature along w holds the mean of x squared, so the factor 10 is squared.",
        200: "That is the larger curvature. Divide it by the smaller one.",
        1: "That was before. Multiplying x changes the curvature along w and leaves that along b.",
        1000: "The curvature is the second derivative, which holds x twice, not three times.",
    },
)


def difference_grad(loss, theta):
    h = 1e-5
    steps = h * np.eye(len(theta))
    return np.array([(loss(theta + step) - loss(theta - step)) / (2 * h) for step in steps])


def _tilted_waves(slopes, theta):
    return np.sum(slopes * theta + np.cos(2 * np.asarray(theta)))


def _waves(rng):
    for parameters in (2, 3, 5):
        yield partial(_tilted_waves, rng.normal(size=parameters)), rng.normal(size=parameters)


def _difference_fault(call, loss, theta):
    """Looks at where the loss is asked for, so that it can say what is wrong with h."""
    asked = []

    def noting(point):
        asked.append(np.array(point, dtype=float))
        return loss(point)

    result = _as_numbers(call(noting, theta))
    if result.shape != theta.shape:
        return f"It returns numbers of shape {result.shape}: one for each parameter, {theta.shape}, is wanted."
    if not asked:
        return "It never asks for the loss: a difference is made from loss(...) at two points."
    expected = loss.args[0] - 2 * np.sin(2 * theta)
    if np.abs(result - expected).max() < 1e-6:
        return None
    moves = np.concatenate([point - theta for point in asked if point.shape == theta.shape] or [[0.0]])
    h = np.abs(moves[moves != 0]).max(initial=0)
    if np.allclose(result, 2 * expected, rtol=1e-3):
        return "It is twice the gradient: the two points are 2 h apart, so divide by 2 h."
    if h and np.allclose(result, expected * h**2, rtol=1e-3, atol=0):
        return "`/ 2 * h` divides by 2 and multiplies by h: write `/ (2 * h)`."
    if np.allclose(result, -expected, rtol=1e-3):
        return "The sign is turned: subtract the loss at θ - h from the loss at θ + h."
    if 0 < h < 1e-7:
        return (
            f"h is about {h:.0e}, so small that the two losses agree in most of their digits: "
            "what is left of their difference is mostly rounding."
        )
    if moves.min() >= 0 or moves.max() <= 0:
        return "The difference goes to one side only, so its error falls like h. Take the loss at θ + h and at θ - h."
    if h > 1e-4:
        return f"h is about {h:.0e}, so large that the curve bends between the two points: the error is about h²."
    place = int(np.argmax(np.abs(result - expected)))
    return f"At a random θ, number {place + 1} is {result[place]:.8g}, and should be {expected[place]:.8g}."


difference_grad = Function(
    difference_grad, _waves, fault=_difference_fault, checked="against the exact gradients of random losses, to 1e-6"
)

mae_grad = Function(
    mae_grad,
    _lines,
    mistakes=[
        (
            _of_residual(lambda r, x: [2 * np.mean(r * x), 2 * np.mean(r)]),
            "This is the gradient of the mean square error. The derivative of |r| is the sign of r.",
        ),
        (
            _of_residual(lambda r, x: [2 * np.mean(np.sign(r) * x), 2 * np.mean(np.sign(r))]),
            "The factor 2 comes from a square, and there is none here.",
        ),
        (
            _of_residual(lambda r, x: [np.sum(np.sign(r) * x), np.sum(np.sign(r))]),
            "This is a sum over the rows where the loss has a mean. Use np.mean.",
        ),
        (
            _of_residual(lambda r, x: [np.mean(np.sign(r)), np.mean(np.sign(r))]),
            "The inner derivative along w is missing: by the chain rule each sign there is multiplied by its x.",
        ),
        (
            _of_residual(lambda r, x: [np.mean(np.abs(r) * x), np.mean(np.abs(r))]),
            "The sizes of the residuals do not matter here: the derivative of |r| is +1 or -1. Use np.sign.",
        ),
        (
            _of_residual(lambda r, x: [np.mean(np.sign(r * x)), np.mean(np.sign(r))]),
            "x stands inside of the sign, which drops its size. The sign is that of the residual alone, times x.",
        ),
        (
            _of_residual(lambda r, x: [np.sign(np.mean(r * x)), np.sign(np.mean(r))]),
            "The mean comes last: each residual has its own sign, and the mean is over these.",
        ),
        (
            _of_residual(lambda r, x: [-np.mean(np.sign(r) * x), -np.mean(np.sign(r))]),
            "The sign is turned: the residual is prediction minus y, and the gradient points uphill.",
        ),
    ],
)

# --- lesson 2


def gd_step(theta, g, lr):
    return theta - lr * g


gd_step = Function(
    gd_step,
    lambda rng: [(*rng.normal(size=(2, 3)), lr) for lr in rng.uniform(0.05, 3, 5)],
    mistakes=[
        (lambda theta, g, lr: theta + lr * g, "The sign is turned: this walks uphill. Subtract the step."),
        (lambda theta, g, lr: theta - g, "η is missing: multiply the gradient by lr."),
        (lambda theta, g, lr: -lr * g, "This is the step alone. Begin where the walk stands, at theta."),
        (lambda theta, g, lr: lr * g, "This is the step alone, uphill. Subtract it from theta."),
        (lambda theta, g, lr: theta - lr * theta, "The step is made from theta. Make it from the gradient, g."),
        (lambda theta, g, lr: theta - lr**2 * g, "η is counted twice."),
        (lambda theta, g, lr: theta - g / lr, "The gradient is divided by lr. Multiply it."),
        (
            lambda theta, g, lr: (1 - lr) * theta - lr * g,
            "θ is shrunk as well: this is θ - η (θ + g). Subtract η g alone.",
        ),
    ],
)

largest_rate = Number(
    right=2 / 10,
    because="The steepest direction decides: 2/10.",
    mistakes={
        2 / 0.5: "That is 2 divided by the smallest curvature. The largest one diverges first.",
        1 / 10: "That is 1/L, which lands in the minimum of the steepest direction. It diverges from 2/L on.",
        2 / 10.5: "That is the best rate, 2/(L + μ). The limit lies a little higher.",
        2 / 3: "That is the limit of the middle curvature. The largest one diverges first.",
        2 / 13.5: "Curvatures of different directions do not add up. The largest one alone decides.",
    },
)

steps_to_a_thousandth = Number(
    right=8,
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
    if any(len(batch) == 0 for batch in first):
        return "Some batch is empty: a slice goes from first to first + size."
    if not _same(first, _dealt(call, rows, size, rng)):
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
    if [len(batch) for batch in first] != [size] * (wanted - 1) + [last]:
        return (
            f"The batches have the sizes {_sizes(first)}: {wanted - 1} of {size} and a last one of {last} are wanted."
        )
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


def _same(first, second):
    return len(first) == len(second) and all(map(np.array_equal, first, second))


def _sizes(dealt):
    sizes = [len(batch) for batch in dealt]
    return f"{', '.join(map(str, sizes[:8]))}{', ...' if len(sizes) > 8 else ''}"


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
    array = np.asarray(batch)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise Fault(
            "broken", "A batch is an array of row numbers, such as array([4, 0, 2]): cut it from the permutation."
        )
    return array


batches = Function(
    batches,
    _deals,
    fault=_deal_fault,
    checked="on random numbers of rows, with a smaller last batch and without",
)

steps_in_all = Number(
    right=60 * 6,
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

# --- lesson 3

terminal_speed = Number(
    right=1 / (1 - 0.99),
    because="The sum 1 + β + β² + ... is 1/(1 - β).",
    mistakes={
        10: "That is for β = 0.9.",
        1 / 0.99: "That is 1/β. The geometric sum is 1/(1 - β).",
        99: "That is β/(1 - β): the latest gradient counts too.",
        0.01: "That is 1 - β. The sum is 1/(1 - β).",
        1.99: "That is 1 + β: two terms of the sum. It goes on.",
    },
)

smallest_beta = Number(
    right=(0.4 * 8 - 2) / 2,
    because="η = (2 + 2β)/L, solved for β.",
    mistakes={
        0.4 * 8 - 2: "That is 2β. Halve it.",
        0.4 * 8 / 2: "That is 1 + β. Take 1 away.",
        0.4 * 8 / 4: "Without momentum the limit is 2/L, so there is a 2 beside the 2β.",
        0.622: "That is the critical β, (1 - √(ηL))², where the roots turn complex. The walk converges before that.",
        0.375: "That is from η (1 - β) = 2/L, but the factor is not 1 - β: the limit on η is (2 + 2β)/L.",
        0.9: "That is the usual value. A smaller one is enough.",
    },
)

steps_to_forget = Number(
    right=44,
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

# --- lesson 4

ninth_step = Number(
    right=0.6 / np.sqrt(9),
    because="v = 9 · 3², so the step is 0.6 · 3/(3 · 3). The size of the gradient cancels.",
    mistakes={
        0.6: "That is the first step. v is a sum: by the ninth step it holds nine squares.",
        0.6 / 9: "That is the rate, 0.6/√81; multiply it by g. (Or did you divide by 9 where √9 belongs?)",
        0.6 * 3 / 81: "The root of v is missing: v = 9 · 3² = 81.",
        0.6 / np.sqrt(3): "v is a sum of squares, 9 · 3², and not of the gradients' sizes.",
    },
)

larger_gradients = Number(
    right=1,
    because="v grows by 1000², its root by 1000, and 1000/1000 = 1. Only ε would notice.",
    mistakes={
        1000: "That is gradient descent. Here the root of v grows as well.",
        1 / 1000: "The rate falls to a thousandth, but the gradient it multiplies is 1000 times as large.",
        np.sqrt(1000): "v grows by 1000², not by 1000: it holds squares.",
        1 / np.sqrt(1000): "v grows by 1000², not by 1000: it holds squares.",
    },
)

steps_of_a_walk = Number(
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

# --- lesson 5

first_step = Number(
    right=0.01 / np.sqrt(1 - 0.99),
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

half_life = Number(
    right=np.log(0.5) / np.log(0.95),
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

decay_for_half_life = Number(
    right=0.5 ** (1 / 100),
    because="ρ¹⁰⁰ = ½, so ρ = ½ to the power 1/100.",
    mistakes={
        0.99: "That is 1 - 1/100, whose half-life is 69.",
        0.995: "1 - 0.5/100 is near, but its half-life is 138: weights fall by a factor, not by an amount.",
        0.5: "With ρ = ½ everything is half forgotten after one step.",
        0.01: "That would forget nearly all at once.",
    },
    within=0.0002,
    absolute=True,
)

rate_of_the_sum = Number(
    right=0.01 / np.sqrt(1 - 0.9),
    because="Its v is 1/(1 - ρ) times as large, so each step is √(1 - ρ) times as long, and η must make up for it.",
    mistakes={
        0.01 * np.sqrt(1 - 0.9): "The other way round: its steps are too short already, so η must be larger.",
        0.1: "v is ten times as large, but its root only 3.16 times.",
        0.001: "Its steps are too short already, so η must be larger; and the root of v counts, not v.",
        0.01: "With the same η its steps are shorter: v is ten times as large.",
    },
    within=0.02,
)

corrected_rmsprop = rmsprop_corrected
"""RMSProp with v̂ = v/(1 - ρᵗ): wrong as RMSProp, and right where the exercise asks for it."""

# --- lesson 6

first_step_of_adam = Number(
    right=0.001,
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

steps_to_one_percent = Number(
    right=float(np.ceil(np.log(0.01) / np.log(0.999))),
    because="v = (1 - β₂ᵗ) g², and 0.999ᵗ < 0.01 from t = ln 0.01/ln 0.999 = 4602.9 on.",
    mistakes={
        1000: "That is 1/(1 - β₂). After so many steps v still lacks 37 %.",
        44: "That is for β₁ = 0.9.",
        np.log(0.99) / np.log(0.999): "That is when v has reached 1 % of g², not when it lacks 1 %.",
        2303: "That is when v lacks 10 %.",
        3913: "That is when v lacks 2 %, and its root 1 %. The question asks for v.",  # 3911 to 3916
        2375: "That is when the ratio of the steps is within 5 %. The question asks for v, and 1 %.",
        459: "That is for β₂ = 0.99.",
    },
    within=3,
    absolute=True,
)

late_steps = Number(
    right=(1 / 0.1) / np.sqrt(1 / 0.001),
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

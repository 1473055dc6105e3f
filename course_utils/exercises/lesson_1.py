"""The exercises of lesson 1, in the order of the page."""

from functools import partial

import numpy as np

from .kinds import Exercise, only_exercises
from .tries import as_numbers, of_shape

__dir__ = only_exercises(globals())

residual_doubles = Exercise(
    right=2**2,
    because="The loss squares the residual; in the gradient its term only doubles.",
    hint="Put 2r in the place of r, in the formula of the loss.",
    mistakes={2: "That is the factor of its term in the gradient. The loss squares the residual."},
)

one_unit_too_high = Exercise(
    right=0.2410 + 1**2,
    hint="Write out (r + 1)², and take the mean of each of its three parts.",
    because="Each residual r becomes r + 1; the mean of (r + 1)² is that of r² plus 1, because the mean of r is 0.",
    mistakes={
        0.241: "That is the loss at the cross. One unit above it the loss is larger.",
        1: "That is what the shift adds to the loss; the loss at the cross is there as well.",
        (0.241**0.5 + 1) ** 2: "The residuals do not all have the same sign, so their sizes do not simply add up.",
    },
)


def _lines(rng):
    """Parameters and data of lines."""
    for rows in rng.integers(15, 40, 5):
        x = rng.standard_normal(rows) + 0.5
        yield rng.normal(), rng.normal(), x, 1.3 * x - 0.4 + rng.standard_normal(rows)


def mse_grad(w, b, x, y):
    residual = w * x + b - y
    along_w = 2 * np.mean(residual * x)
    along_b = 2 * np.mean(residual)
    return np.array([along_w, along_b])


# fmt: off
mse_grad = Exercise(
    right=mse_grad,
    tries=_lines,
    mistakes=[
        ("2 * np.mean(residual * x)", "np.mean(residual * x)", "2 * np.mean(residual)", "np.mean(residual)",
         "The factor 2 is missing, which the square leaves when it is differentiated. The direction is right, "
         "so training would still work, with steps half as long."),
        ("np.mean(residual * x)", "np.sum(residual * x)", "np.mean(residual)", "np.sum(residual)",
         "This is a sum over the rows where the loss has a mean: it grows with the number of rows. Use np.mean."),
        ("2 * np.mean(residual * x)", "np.sum(residual * x)", "2 * np.mean(residual)", "np.sum(residual)",
         "This is a sum over the rows, and without the factor 2 that the square leaves. Use 2 * np.mean."),
        ("w * x + b - y", "y - w * x - b",
         "The sign is turned: the residual is prediction minus y, and the gradient points uphill."),
        ("[along_w, along_b]", "[along_b, along_w]",
         "The two numbers are swapped: the derivative along w comes first."),
        ("residual * x", "residual",
         "The inner derivative along w is missing: by the chain rule each residual there is multiplied by its x."),
        ("np.mean(residual * x)", "np.mean(residual) * np.mean(x)",
         "The mean of a product is not the product of the means: multiply each residual by its x first."),
    ],
)
# fmt: on

condition_number = Exercise(
    right=10**2,
    hint="What becomes of the mean of x², and what of the curvature along b? Divide the larger by the smaller.",
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

    result = as_numbers(call(noting, theta))
    if result.shape != theta.shape:
        return f"It returns {of_shape(result)}: one for each parameter is wanted, {len(theta)} here."
    if not asked:
        return "It never asks for the loss: a difference is made from loss(...) at two points."
    expected = loss.args[0] - 2 * np.sin(2 * theta)
    if np.abs(result - expected).max() < 1e-6:
        return None
    moves = np.concatenate([point - theta for point in asked if point.shape == theta.shape] or [[0.0]])
    h = np.abs(moves[moves != 0]).max(initial=0)
    if h == 0:
        return "h is 0, so both losses are the same, and 0/0 is left. Take a small number, such as 1e-5."
    if any(np.count_nonzero(point - theta) > 1 for point in asked if point.shape == theta.shape):
        return "Several parameters are moved at once. Move one at a time: a row of h * np.eye(len(theta))."
    if np.allclose(result, 2 * expected, rtol=1e-3):
        return "It is twice the gradient: the two points are 2 h apart, so divide by 2 h."
    if np.allclose(result, expected * h**2, rtol=1e-3, atol=0):
        return "`/ 2 * h` divides by 2 and multiplies by h: write `/ (2 * h)`."
    if np.allclose(result, -expected, rtol=1e-3):
        return "The sign is turned: subtract the loss at θ - h from the loss at θ + h."
    if h < 1e-7:
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


difference_grad = Exercise(
    right=difference_grad,
    tries=_waves,
    fault=_difference_fault,
    checked="against the exact gradients of random losses, to 1e-6",
)


def mae_grad(w, b, x, y):
    sign = np.sign(w * x + b - y)
    along_w = np.mean(sign * x)
    along_b = np.mean(sign)
    return np.array([along_w, along_b])


# fmt: off
mae_grad = Exercise(
    right=mae_grad,
    tries=_lines,
    mistakes=[
        ("np.sign(w * x + b - y)", "2 * (w * x + b - y)",
         "This is the gradient of the mean square error. The derivative of |r| is the sign of r."),
        ("[along_w, along_b]", "[along_b, along_w]",
         "The two numbers are swapped: the derivative along w comes first."),
        ("sign * x", "sign",
         "The inner derivative along w is missing: by the chain rule each sign there is multiplied by its x."),
        ("sign * x", "np.sign((w * x + b - y) * x)",
         "x stands inside of the sign, which drops its size. The sign is that of the residual alone, times x."),
        ("np.sign(w * x + b - y)", "w * x + b - y",
         "np.mean(sign * x)", "np.sign(np.mean(sign * x))", "np.mean(sign)", "np.sign(np.mean(sign))",
         "The mean comes last: each residual has its own sign, and the mean is over these."),
    ],
)
# fmt: on

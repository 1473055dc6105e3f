"""The wrong rules that are known, each as an edit of the right one's source beside what a student is told."""

import functools
import inspect
import textwrap

from ..libraries import keras_momentum
from ..rules import State, adagrad, adam, gradient_descent, momentum, rmsprop

IN_PLACE = (
    "{} is changed in place, so what it was is lost. Make a new array: `a = a - b` where `a -= b` stands, and so on."
)

# An edit, and below it its sentence. A slip in a single line needs none: `lines` finds it by itself.
# fmt: off
UPHILL = (
    "prev.theta - ", "prev.theta + ",
    "The sign is turned: this walks uphill. A step that holds +g is subtracted, one that holds -g is added.",
)


def misplaced_eps(v, symbol, step="rate * g"):
    """The edits of a rule that divides by √v + ε, where v has this name in the source and this symbol on the page."""
    right, root = f"(np.sqrt({v}) + eps)", f"np.sqrt({v})"
    return [
        (right, f"np.sqrt({v} + eps)",
         f"ε stands inside the root. Its place is outside: √{symbol} + ε."),
        (right, f"{root} + eps",
         f"ε is added to the quotient, where it guards nothing. Put parentheses round the denominator: √{symbol} + ε."),
        (right, root, step, f"{step} + eps",
         f"ε is added to θ, and pushes every parameter at each step. It belongs in the denominator: √{symbol} + ε."),
        (right, root,
         f"ε is missing: where no gradient has come yet, {symbol} is 0, and 0/0 is nan. Divide by √{symbol} + ε."),
    ]


MISTAKES = {
    gradient_descent: [
        UPHILL,
        ("lr * g", "lr * np.clip(g, -1, 1)",
         "The gradient is clipped to between -1 and 1, so the far walk is another one, and never diverges."),
        ("lr * g", "lr * g / np.sqrt((g**2).sum(axis=-1, keepdims=True))",
         "The gradient is scaled to length 1, so its size is lost: the steps do not shrink near the minimum."),
        ("lr * g", "lr / np.sqrt(prev.t + 1) * g", "theta=theta", "theta=theta, t=prev.t + 1",
         "η shrinks like 1/√t here. Gradient descent keeps it constant."),
    ],
    momentum: [
        UPHILL,
        ("prev.m + g", "prev.m + (1 - beta) * g",
         "m is an average here, with (1 - β) g, where the rule has a sum: every step is 1 - β times as long as it "
         "should be. Add g whole, or divide η by 1 - β."),
        ("lr * m", "lr * prev.m",
         "The step goes along the old memory, prev.m. Use the new one, m, which knows the latest gradient."),
        ("beta * prev.m", "prev.m",
         "Nothing fades: β is missing before prev.m."),
        ("beta * prev.m + g", "prev.m + beta * g",
         "β stands before the new gradient. It belongs before the old memory, prev.m."),
        ("beta * prev.m + g", "beta * (prev.m + g)",
         "Every step is β times as long as it should be: β belongs before prev.m alone, not before g nor in θ's line."),
        ("beta * prev.m + g", "(1 - beta) * prev.m + beta * g",
         "β and 1 - β are swapped. The old memory keeps the share β, and g is added whole."),
        ("lr * m", "lr * (g + beta * m)",
         "The step is g + β m: that is Nesterov's form, which looks one step ahead. Here it is m alone."),
        ("prev.m + g", "prev.m + (1 - beta) * g", "lr * m", "lr * m / (1 - beta ** (prev.t + 1))",
         "m=m", "m=m, t=prev.t + 1",
         "The average is corrected for its zero start, as Adam does it. Momentum's sum needs no correction."),
    ],
    adagrad: [
        UPHILL,
        *misplaced_eps("v", "v"),
        ("np.sqrt(v)", "v",
         "The root is forgotten: v is a sum of squares, and the rate is divided by its root."),
        ("prev.v + g**2", "g**2",
         "v forgets all gradients but the last: add g**2 to prev.v."),
        ("g**2", "np.abs(g)",
         "The square is forgotten: v sums the sizes |g|, where the rule sums g²."),
        ("g**2", "(g**2 - prev.v) / (prev.t + 1)", "theta=theta", "theta=theta, t=prev.t + 1",
         "v is the mean of all squares here, where the rule has their sum: the steps do not shrink."),
        ("prev.v + g**2", "np.sqrt(prev.v + g**2)", "(np.sqrt(v)", "(v",
         "The root is kept as the memory. Keep the sum of squares, v, and take its root in the rate alone."),
    ],
    rmsprop: [
        UPHILL,
        *misplaced_eps("v", "v"),
        ("np.sqrt(v)", "v",
         "The root is forgotten: v is an average of squares, and the rate is divided by its root."),
        ("(1 - rho) * g**2", "g**2",
         "v is a sum here, with g² whole, where the rule has an average: mix in (1 - ρ) g². As it is, the steps are "
         "√(1 - ρ) times as long as they should be."),
        ("rho * prev.v + (1 - rho) * g**2", "prev.v + g**2",
         "Nothing is forgotten: this is AdaGrad. The old memory keeps the share ρ, the new square has 1 - ρ."),
        ("rho * prev.v + (1 - rho)", "(1 - rho) * prev.v + rho",
         "ρ and 1 - ρ are swapped: the old memory keeps the share ρ, the new square has 1 - ρ."),
        ("(1 - rho) * g**2", "((1 - rho) * g) ** 2",
         "1 - ρ is squared together with g. Square g alone: (1 - ρ) g²."),
        ("rho * prev.v + (1 - rho) * g**2", "np.sqrt(rho * prev.v + (1 - rho) * g**2)", "(np.sqrt(v)", "(v",
         "The root is kept as the memory. Keep the average of squares, v, and take its root in the rate alone."),
        ("np.sqrt(v)", "np.sqrt(v / (1 - rho ** (prev.t + 1)))", "theta=theta", "theta=theta, t=prev.t + 1",
         "v is corrected for its start at zero. That is Adam's idea: RMSProp takes v as it is."),
    ],
    adam: [
        UPHILL,
        *misplaced_eps("v_hat", "v̂", "rate * m_hat"),
        ("lr / (np.sqrt(v_hat)", "lr * np.sqrt(1 - beta2**t) / (np.sqrt(v)",
         "ε stands beside √v, before the correction: that is the ε̂ of the paper's second form. "
         "Here it stands beside √v̂."),
        ("rate * m_hat", "rate * m",
         "m is not corrected: divide it by 1 - β₁ᵗ before the step."),
        ("np.sqrt(v_hat)", "np.sqrt(v)",
         "v is not corrected: divide it by 1 - β₂ᵗ before its root is taken."),
        ("rate * m_hat", "rate * m", "np.sqrt(v_hat)", "np.sqrt(v)",
         "Neither m nor v is corrected: divide them by 1 - β₁ᵗ and 1 - β₂ᵗ."),
        ("t = prev.t + 1", "t = prev.t", "t=t", "t=t + 1",
         "t is 0 in the first step, where 1 - β⁰ = 0 and the correction divides by it. Raise t first: t = prev.t + 1."),
        ("t = prev.t + 1", "t = prev.t + 2", "t=t", "t=t - 1",
         "t is 2 in the first step, so the correction is one step ahead. The first t is 1: t = prev.t + 1."),
        ("beta1**t", "beta1", "beta2**t", "beta2",
         "m is divided by 1 - β₁ and v by 1 - β₂ at every step. "
         "Either t never rises, or the power is missing: 1 - β**t."),
        ("beta2 * prev.v + (1 - beta2)", "beta1 * prev.v + (1 - beta1)", "beta2**t", "beta1**t",
         "β₁ is used for v as well. The memory of the squares has its own decay, β₂, there and in its correction."),
        ("beta1 * prev.m + (1 - beta1)", "beta2 * prev.m + (1 - beta2)",
         "beta2 * prev.v + (1 - beta2)", "beta1 * prev.v + (1 - beta1)",
         "m / (1 - beta1**t)", "m / (1 - beta2**t)", "v / (1 - beta2**t)", "v / (1 - beta1**t)",
         "β₁ and β₂ are swapped: β₁ is for m, β₂ for v."),
        ("(1 - beta1**t)", "(1 - beta1) ** t", "(1 - beta2**t)", "(1 - beta2) ** t",
         "In the correction the power stands outside of the bracket. It is 1 - β**t, not (1 - β)**t."),
        ("m / (", "m * (", "v / (", "v * (",
         "The correction multiplies where it should divide, and makes the small start smaller still: m / (1 - β₁ᵗ)."),
        ("beta1**t", "beta1 * t", "beta2**t", "beta2 * t",
         "The correction multiplies β by t. It takes the power: 1 - β**t."),
        ("v / (", "np.sqrt(v) / (", "np.sqrt(v_hat)", "v_hat",
         "v is corrected after the root. Divide v by 1 - β₂ᵗ first, and take the root of the quotient."),
        ("m=m, v=v", "m=m_hat, v=v_hat",
         "The corrected m̂ and v̂ are kept as memories, and corrected again at each step. Return m=m and v=v."),
        ("rate * m_hat", "rate * g",
         "The step goes along g, so m is kept for nothing: this is RMSProp with a correction. Step along m̂."),
    ],
}
# fmt: on
"""For each rule of the course, the edits (old, new, old, new, ..., sentence) that make it wrong."""


# Rules that walk the same path; what a student has written is compared with the form that is nearest.
def momentum_as_average(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + (1 - beta) * g
    theta = prev.theta - lr / (1 - beta) * m
    return State(theta=theta, m=m)


FORMS = {momentum: [keras_momentum, momentum_as_average]}


@functools.cache
def edited(right, edit):
    """The function `right` with some words of its source replaced.

    edit : tuple (old, new, sentence), or with more pairs of old and new before
        the sentence, each made in what the one before has left
    Raises ValueError where an old text does not stand in the source exactly once.
    """
    names = {}
    exec(compile(edited_source(right, edit), f"<{right.__name__}: {edit[-1]}>", "exec"), right.__globals__, names)
    return names[right.__name__]


@functools.cache
def source_of(right):
    return textwrap.dedent(inspect.getsource(right))


def edited_source(right, edit):
    """The source of what `edited` makes."""
    source = source_of(right)
    *texts, told = edit
    for old, new in zip(texts[::2], texts[1::2], strict=True):
        if (places := source.count(old)) != 1:
            raise ValueError(
                f"The edit of {right.__name__} for {told!r} fits {places} times: let `{old}` stand in it once."
            )
        source = source.replace(old, new)
    return source

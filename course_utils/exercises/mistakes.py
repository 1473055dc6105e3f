"""Wrong update rules, each beside the sentence that a student is told."""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..rules import State, adagrad, adam, gradient_descent, momentum, rmsprop


class Mistake(NamedTuple):
    """A wrong rule: the function, what it is called, and the sentence for whoever wrote it."""

    rule: object
    name: str
    told: str


MISTAKES = {right: [] for right in (gradient_descent, momentum, adagrad, rmsprop, adam)}
"""For each rule that an exercise asks for, the wrong ones that are known."""


def _wrong(right, told):
    def note(rule):
        MISTAKES.setdefault(right, []).append(Mistake(rule, rule.__name__, told))
        return rule

    return note


def _wrong_in_every_rule(told):
    """For functions (right, prev, g, **hyper): the mistake as it looks in each of the five rules."""

    def note(rule):
        for right in MISTAKES:
            MISTAKES[right].append(Mistake(partial(rule, right), f"{right.__name__}_{rule.__name__}", told))
        return rule

    return note


# --- in every rule


@_wrong_in_every_rule("The sign is turned: this walks uphill. Subtract what holds +g; what holds -g already is added.")
def uphill(right, prev, g, **hyper):
    state = right(prev, g, **hyper)
    state.theta = 2 * prev.theta - state.theta
    return state


@_wrong_in_every_rule("η is counted twice. Use lr in one line only.")
def lr_twice(right, prev, g, lr, **hyper):
    return right(prev, g, lr=lr**2, **hyper)


@_wrong_in_every_rule("η is missing: the steps are as long as if lr were 1.")
def lr_missing(right, prev, g, lr, **hyper):
    return right(prev, g, lr=np.ones_like(lr), **hyper)


@_wrong_in_every_rule("θ never moves: you return the old θ. Return the one that you have computed.")
def stands_still(right, prev, g, **hyper):
    state = right(prev, g, **hyper)
    state.theta = prev.theta
    return state


@_wrong_in_every_rule("The new θ is the step alone. Begin where the walk stands: prev.theta minus the step.")
def from_zero(right, prev, g, **hyper):
    state = right(prev, g, **hyper)
    state.theta = state.theta - prev.theta
    return state


IN_PLACE = (
    "{} is changed in place, so what it was is lost. Make a new array: `a = a - b` where `a -= b` stands, and so on."
)


@_wrong_in_every_rule(IN_PLACE.format("prev.theta"))
def in_place(right, prev, g, **hyper):
    state = right(prev, g, **hyper)
    theta = prev.theta
    theta += state.theta - prev.theta
    state.theta = theta
    return state


# --- gradient descent


@_wrong(
    gradient_descent, "The gradient is clipped to between -1 and 1, so the far walk is another one, and never diverges."
)
def gradient_clipped(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * np.clip(g, -1, 1))


@_wrong(
    gradient_descent,
    "The gradient is scaled to length 1, so its size is lost: the steps do not shrink near the minimum.",
)
def gradient_normalised(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g / np.sqrt((g**2).sum(axis=-1, keepdims=True)))


@_wrong(gradient_descent, "Only the sign of the gradient is used. Take the gradient itself.")
def gradient_sign(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * np.sign(g))


@_wrong(gradient_descent, "η shrinks like 1/√t here. Gradient descent keeps it constant.")
def gradient_shrinking(prev, g, lr=0.01):
    t = prev.t + 1
    return State(theta=prev.theta - lr / np.sqrt(t) * g, t=t)


# --- momentum


@_wrong(
    momentum,
    "m is an average here, with (1 - β) g, where the rule has a sum: every step is 1 - β times as long as it "
    "should be. Add g whole, or divide η by 1 - β.",
)
def momentum_average(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + (1 - beta) * g
    return State(theta=prev.theta - lr * m, m=m)


@_wrong(momentum, "The step goes along the old memory, prev.m. Use the new one, m, which knows the latest gradient.")
def momentum_late(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + g
    return State(theta=prev.theta - lr * prev.m, m=m)


@_wrong(momentum, "Nothing fades: β is missing before prev.m.")
def momentum_without_beta(prev, g, lr=0.01, beta=0.9):
    m = prev.m + g
    return State(theta=prev.theta - lr * m, m=m)


@_wrong(momentum, "β stands before the new gradient. It belongs before the old memory, prev.m.")
def momentum_beta_before_g(prev, g, lr=0.01, beta=0.9):
    m = prev.m + beta * g
    return State(theta=prev.theta - lr * m, m=m)


@_wrong(
    momentum,
    "Every step is β times as long as it should be: β belongs before prev.m alone, not before g nor in θ's line.",
)
def momentum_beta_before_both(prev, g, lr=0.01, beta=0.9):
    m = beta * (prev.m + g)
    return State(theta=prev.theta - lr * m, m=m)


@_wrong(momentum, "β and 1 - β are swapped. The old memory keeps the share β, and g is added whole.")
def momentum_swapped(prev, g, lr=0.01, beta=0.9):
    m = (1 - beta) * prev.m + beta * g
    return State(theta=prev.theta - lr * m, m=m)


@_wrong(momentum, "The memory is kept and never used: this is gradient descent. Step along m, not along g.")
def momentum_unused(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + g
    return State(theta=prev.theta - lr * g, m=m)


@_wrong(momentum, "The step is g + β m: that is Nesterov's form, which looks one step ahead. Here it is m alone.")
def momentum_nesterov(prev, g, lr=0.01, beta=0.9):
    m = beta * prev.m + g
    return State(theta=prev.theta - lr * (g + beta * m), m=m)


@_wrong(momentum, "The average is corrected for its zero start, as Adam does it. Momentum's sum needs no correction.")
def momentum_corrected(prev, g, lr=0.01, beta=0.9):
    t = prev.t + 1
    m = beta * prev.m + (1 - beta) * g
    return State(theta=prev.theta - lr * m / (1 - beta**t), m=m, t=t)


@_wrong(momentum, "The memory that you return is the old one, prev.m: nothing is remembered. Return m=m.")
def momentum_old_m_returned(prev, g, lr=0.01, beta=0.9):
    state = momentum(prev, g, lr, beta)
    state.m = prev.m
    return state


# --- AdaGrad


@_wrong(adagrad, "ε stands inside the root. Its place is outside: √v + ε.")
def adagrad_eps_inside(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    return State(theta=prev.theta - lr * g / np.sqrt(v + eps), v=v)


@_wrong(adagrad, "ε is added to the quotient, where it guards nothing. Put parentheses round the denominator: √v + ε.")
def adagrad_eps_after_the_quotient(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    rate = lr / np.sqrt(v) + eps
    return State(theta=prev.theta - rate * g, v=v, rate=rate)


@_wrong(adagrad, "ε is added to θ, and pushes every parameter at each step. It belongs in the denominator: √v + ε.")
def adagrad_eps_on_theta(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    return State(theta=prev.theta - lr / np.sqrt(v) * g + eps, v=v)


@_wrong(adagrad, "ε is missing: where no gradient has come yet, v is 0, and 0/0 is nan. Divide by √v + ε.")
def adagrad_without_eps(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    return State(theta=prev.theta - lr * g / np.sqrt(v), v=v)


@_wrong(adagrad, "The root is forgotten: v is a sum of squares, and the rate is divided by its root.")
def adagrad_without_root(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    return State(theta=prev.theta - lr / (v + eps) * g, v=v)


@_wrong(adagrad, "The rate is made from the old memory, prev.v. Use the new one, v, which holds the latest gradient.")
def adagrad_late(prev, g, lr=0.01, eps=1e-8):
    return State(theta=prev.theta - lr / (np.sqrt(prev.v) + eps) * g, v=prev.v + g**2)


@_wrong(adagrad, "v forgets all gradients but the last: add g**2 to prev.v.")
def adagrad_without_memory(prev, g, lr=0.01, eps=1e-8):
    v = g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(adagrad, "The square is forgotten: v sums the sizes |g|, where the rule sums g².")
def adagrad_without_square(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + np.abs(g)
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(adagrad, "v is the mean of all squares here, where the rule has their sum: the steps do not shrink.")
def adagrad_mean(prev, g, lr=0.01, eps=1e-8):
    t = prev.t + 1
    v = prev.v + (g**2 - prev.v) / t
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v, t=t)


@_wrong(adagrad, "The root is kept as the memory. Keep the sum of squares, v, and take its root in the rate alone.")
def adagrad_root_kept(prev, g, lr=0.01, eps=1e-8):
    v = np.sqrt(prev.v + g**2)
    return State(theta=prev.theta - lr / (v + eps) * g, v=v)


@_wrong(adagrad, "The square is forgotten: with g in place of g**2 v can become negative, and its root is nan.")
def adagrad_plain_g(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(adagrad, "There is one v for all coordinates here. Let each have its own: drop the sum.")
def adagrad_one_for_all(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + np.sum(g**2, axis=-1, keepdims=True)
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(adagrad, "The rate is not the step: multiply it by g.")
def adagrad_without_g(prev, g, lr=0.01, eps=1e-8):
    v = prev.v + g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps), v=v)


@_wrong(adagrad, "The memory that you return is the old one, prev.v: nothing is remembered. Return v=v.")
def adagrad_old_v_returned(prev, g, lr=0.01, eps=1e-8):
    state = adagrad(prev, g, lr, eps)
    state.v = prev.v
    return state


# --- RMSProp


@_wrong(rmsprop, "ε stands inside the root. Its place is outside: √v + ε.")
def rmsprop_eps_inside(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / np.sqrt(v + eps) * g, v=v)


@_wrong(rmsprop, "ε is added to the quotient, where it guards nothing. Put parentheses round the denominator: √v + ε.")
def rmsprop_eps_after_the_quotient(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    rate = lr / np.sqrt(v) + eps
    return State(theta=prev.theta - rate * g, v=v, rate=rate)


@_wrong(rmsprop, "ε is added to θ, and pushes every parameter at each step. It belongs in the denominator: √v + ε.")
def rmsprop_eps_on_theta(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / np.sqrt(v) * g + eps, v=v)


@_wrong(rmsprop, "ε is missing: where no gradient has come yet, v is 0, and 0/0 is nan. Divide by √v + ε.")
def rmsprop_without_eps(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / np.sqrt(v) * g, v=v)


@_wrong(rmsprop, "The root is forgotten: v is an average of squares, and the rate is divided by its root.")
def rmsprop_without_root(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (v + eps) * g, v=v)


@_wrong(rmsprop, "The rate is made from the old memory, prev.v. Use the new one, v, which holds the latest gradient.")
def rmsprop_late(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(prev.v) + eps) * g, v=v)


@_wrong(
    rmsprop,
    "v is a sum here, with g² whole, where the rule has an average: mix in (1 - ρ) g². As it is, the steps are "
    "√(1 - ρ) times as long as they should be.",
)
def rmsprop_sum(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(rmsprop, "Nothing is forgotten: this is AdaGrad. The old memory keeps the share ρ, the new square has 1 - ρ.")
def rmsprop_without_rho(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    return adagrad(prev, g, lr, eps)


@_wrong(rmsprop, "ρ and 1 - ρ are swapped: the old memory keeps the share ρ, the new square has 1 - ρ.")
def rmsprop_swapped(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    return rmsprop(prev, g, lr, 1 - rho, eps)


@_wrong(rmsprop, "1 - ρ is squared together with g. Square g alone: (1 - ρ) g².")
def rmsprop_share_squared(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + ((1 - rho) * g) ** 2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(rmsprop, "The root is kept as the memory. Keep the average of squares, v, and take its root in the rate alone.")
def rmsprop_root_kept(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = np.sqrt(rho * prev.v + (1 - rho) * g**2)
    return State(theta=prev.theta - lr / (v + eps) * g, v=v)


@_wrong(rmsprop, "v is corrected for its start at zero. That is Adam's idea: RMSProp takes v as it is.")
def rmsprop_corrected(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v / (1 - rho**t)) + eps) * g, v=v, t=t)


@_wrong(rmsprop, "The square is forgotten: with g in place of g**2 v can become negative, and its root is nan.")
def rmsprop_plain_g(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(rmsprop, "There is one v for all coordinates here. Let each have its own: drop the sum.")
def rmsprop_one_for_all(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * np.sum(g**2, axis=-1, keepdims=True)
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(rmsprop, "The rate is not the step: multiply it by g.")
def rmsprop_without_g(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps), v=v)


@_wrong(rmsprop, "Parentheses are missing: the new square has the weight 1 - ρ, written (1 - rho) * g**2.")
def rmsprop_without_parentheses(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    v = rho * prev.v + 1 - rho * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v)


@_wrong(rmsprop, "The memory that you return is the old one, prev.v: nothing is remembered. Return v=v.")
def rmsprop_old_v_returned(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    state = rmsprop(prev, g, lr, rho, eps)
    state.v = prev.v
    return state


# --- RMSProp with a correction, which lesson 5 asks for


@_wrong(rmsprop_corrected, "v is not corrected: divide it by 1 - ρᵗ before its root is taken.")
def correction_missing(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    return rmsprop(prev, g, lr, rho, eps)


@_wrong(
    rmsprop_corrected, "v is divided by 1 - ρ at every step. Either t never rises, or the power is missing: 1 - rho**t."
)
def correction_stuck(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    return _corrected_with_t(1, prev, g, lr, rho, eps)


@_wrong(rmsprop_corrected, "t is 0 in the first step, where 1 - ρ⁰ = 0. Raise t first: t = prev.t + 1.")
def correction_from_zero(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    return _corrected_with_t(prev.t, prev, g, lr, rho, eps)


def _corrected_with_t(t, prev, g, lr, rho, eps):
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v / (1 - rho**t)) + eps) * g, v=v, t=prev.t + 1)


@_wrong(rmsprop_corrected, "The corrected v̂ is kept as the memory, and corrected again at each step. Return v=v.")
def correction_kept(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = (rho * prev.v + (1 - rho) * g**2) / (1 - rho**t)
    return State(theta=prev.theta - lr / (np.sqrt(v) + eps) * g, v=v, t=t)


@_wrong(
    rmsprop_corrected, "v is corrected after the root. Divide v by 1 - ρᵗ first, and take the root of the quotient."
)
def correction_after_the_root(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v) / (1 - rho**t) + eps) * g, v=v, t=t)


@_wrong(rmsprop_corrected, "The correction multiplies ρ by t. It takes the power: 1 - rho**t.")
def correction_times_t(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / (np.sqrt(v / (1 - rho * t)) + eps) * g, v=v, t=t)


@_wrong(rmsprop_corrected, "ε stands inside the root. Its place is outside: √v̂ + ε.")
def correction_eps_inside(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    t = prev.t + 1
    v = rho * prev.v + (1 - rho) * g**2
    return State(theta=prev.theta - lr / np.sqrt(v / (1 - rho**t) + eps) * g, v=v, t=t)


# --- Adam


@_wrong(adam, "ε stands inside the root. Its place is outside: √v̂ + ε.")
def adam_eps_inside(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / np.sqrt(state.v_hat + eps) * state.m_hat
    return state


@_wrong(adam, "ε is added to the quotient, where it guards nothing. Put parentheses round the denominator: √v̂ + ε.")
def adam_eps_after_the_quotient(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.rate = lr / np.sqrt(state.v_hat) + eps
    state.theta = prev.theta - state.rate * state.m_hat
    return state


@_wrong(adam, "ε is added to θ, and pushes every parameter at each step. It belongs in the denominator: √v̂ + ε.")
def adam_eps_on_theta(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / np.sqrt(state.v_hat) * state.m_hat + eps
    return state


@_wrong(
    adam,
    "ε stands beside √v, before the correction: that is the ε̂ of the paper's second form. Here it stands beside √v̂.",
)
def adam_eps_before_the_correction(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    rate = lr * np.sqrt(1 - beta2**state.t) / (np.sqrt(state.v) + eps)
    state.theta = prev.theta - rate * state.m_hat
    return state


@_wrong(adam, "ε is missing: where no gradient has come yet, v̂ is 0, and 0/0 is nan. Divide by √v̂ + ε.")
def adam_without_eps(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / np.sqrt(state.v_hat) * state.m_hat
    return state


@_wrong(adam, "m is not corrected: divide it by 1 - β₁ᵗ before the step.")
def adam_m_not_corrected(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - state.rate * state.m
    return state


@_wrong(adam, "v is not corrected: divide it by 1 - β₂ᵗ before its root is taken.")
def adam_v_not_corrected(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (np.sqrt(state.v) + eps) * state.m_hat
    return state


@_wrong(adam, "Neither m nor v is corrected: divide them by 1 - β₁ᵗ and 1 - β₂ᵗ.")
def adam_not_corrected(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (np.sqrt(state.v) + eps) * state.m
    return state


def _adam_from(m, v, t, prev, lr, beta1, beta2, eps):
    """The rest of Adam, from the memories on, corrected with t."""
    rate = lr / (np.sqrt(v / (1 - beta2**t)) + eps)
    return State(theta=prev.theta - rate * m / (1 - beta1**t), t=prev.t + 1, m=m, v=v)


def _adam_with_t(t, prev, g, lr, beta1, beta2, eps):
    """Adam that corrects with t, and then counts on as it should."""
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    return _adam_from(m, v, t, prev, lr, beta1, beta2, eps)


@_wrong(
    adam, "t is 0 in the first step, where 1 - β⁰ = 0 and the correction divides by it. Raise t first: t = prev.t + 1."
)
def adam_t_from_zero(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam_with_t(prev.t, prev, g, lr, beta1, beta2, eps)


@_wrong(adam, "t is 2 in the first step, so the correction is one step ahead. The first t is 1: t = prev.t + 1.")
def adam_t_from_two(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam_with_t(prev.t + 2, prev, g, lr, beta1, beta2, eps)


@_wrong(
    adam,
    "m is divided by 1 - β₁ and v by 1 - β₂ at every step. Either t never rises, or the power is missing: 1 - β**t.",
)
def adam_t_stuck(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam_with_t(1, prev, g, lr, beta1, beta2, eps)


@_wrong(adam, "t is never raised: it is 0 at first, and stays so. Write t = prev.t + 1.")
def adam_t_never_raised(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = _adam_with_t(prev.t, prev, g, lr, beta1, beta2, eps)
    state.t = prev.t
    return state


@_wrong(adam, "β₁ and β₂ are swapped: β₁ is for m, β₂ for v.")
def adam_betas_swapped(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam(prev, g, lr, beta2, beta1, eps)


@_wrong(adam, "β₁ is used for v as well. The memory of the squares has its own decay, β₂, there and in its correction.")
def adam_beta1_for_v(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam(prev, g, lr, beta1, beta1, eps)


@_wrong(
    adam, "β₂ is used for m as well. The memory of the gradients has its own decay, β₁, there and in its correction."
)
def adam_beta2_for_m(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam(prev, g, lr, beta2, beta2, eps)


@_wrong(adam, "v decays with β₁, and is then corrected with β₂. Use β₂ in both lines.")
def adam_beta1_in_v(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.v = beta1 * prev.v + (1 - beta1) * g**2
    state.theta = prev.theta - lr / (np.sqrt(state.v / (1 - beta2**state.t)) + eps) * state.m_hat
    return state


@_wrong(adam, "v is corrected with β₁. Its decay is β₂, so divide it by 1 - β₂ᵗ.")
def adam_beta1_in_v_hat(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (np.sqrt(state.v / (1 - beta1**state.t)) + eps) * state.m_hat
    return state


@_wrong(adam, "β₁ and β₂ are swapped in the memories: β₁ is for m, β₂ for v, as in the corrections.")
def adam_betas_swapped_in_the_memories(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta2 * prev.m + (1 - beta2) * g
    v = beta1 * prev.v + (1 - beta1) * g**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "β₁ and β₂ are swapped in the corrections: m is divided by 1 - β₁ᵗ, v by 1 - β₂ᵗ.")
def adam_betas_swapped_in_the_hats(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    m_hat, v_hat = state.m / (1 - beta2**state.t), state.v / (1 - beta1**state.t)
    state.theta = prev.theta - lr / (np.sqrt(v_hat) + eps) * m_hat
    return state


@_wrong(adam, "In the correction the power stands outside of the bracket. It is 1 - β**t, not (1 - β)**t.")
def adam_power_of_the_difference(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    m_hat, v_hat = state.m / (1 - beta1) ** state.t, state.v / (1 - beta2) ** state.t
    state.theta = prev.theta - lr / (np.sqrt(v_hat) + eps) * m_hat
    return state


@_wrong(
    adam, "The correction multiplies where it should divide, and makes the small start smaller still: m / (1 - β₁ᵗ)."
)
def adam_multiplied(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    m_hat, v_hat = state.m * (1 - beta1**state.t), state.v * (1 - beta2**state.t)
    state.theta = prev.theta - lr / (np.sqrt(v_hat) + eps) * m_hat
    return state


@_wrong(adam, "The correction multiplies β by t. It takes the power: 1 - β**t.")
def adam_times_t(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    m_hat, v_hat = state.m / (1 - beta1 * state.t), state.v / (1 - beta2 * state.t)
    state.theta = prev.theta - lr / (np.sqrt(v_hat) + eps) * m_hat
    return state


@_wrong(adam, "v is corrected after the root. Divide v by 1 - β₂ᵗ first, and take the root of the quotient.")
def adam_corrected_after_the_root(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (np.sqrt(state.v) / (1 - beta2**state.t) + eps) * state.m_hat
    return state


@_wrong(adam, "The corrected m̂ and v̂ are kept as memories, and corrected again at each step. Return m=m and v=v.")
def adam_hats_kept(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.m, state.v = state.m_hat, state.v_hat
    return state


@_wrong(adam, "m is a sum here, with g whole, where Adam has an average: mix in (1 - β₁) g.")
def adam_m_sum(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.m = beta1 * prev.m + g
    state.theta = prev.theta - state.rate * state.m / (1 - beta1**state.t)
    return state


@_wrong(adam, "v is a sum here, with g² whole, where Adam has an average: mix in (1 - β₂) g².")
def adam_v_sum(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.v = beta2 * prev.v + g**2
    state.theta = prev.theta - lr / (np.sqrt(state.v / (1 - beta2**state.t)) + eps) * state.m_hat
    return state


@_wrong(adam, "β₁ and 1 - β₁ are swapped: the old memory keeps the share β₁, the new gradient has 1 - β₁.")
def adam_m_swapped(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (1 - beta1) * prev.m + beta1 * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "β₂ and 1 - β₂ are swapped: the old memory keeps the share β₂, the new square has 1 - β₂.")
def adam_v_swapped(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = (1 - beta2) * prev.v + beta2 * g**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "1 - β₂ is squared together with g. Square g alone: (1 - β₂) g².")
def adam_share_squared(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + ((1 - beta2) * g) ** 2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "Parentheses are missing: the new gradient has the weight 1 - β₁, written (1 - beta1) * g.")
def adam_m_without_parentheses(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + 1 - beta1 * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "Parentheses are missing: the new square has the weight 1 - β₂, written (1 - beta2) * g**2.")
def adam_v_without_parentheses(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + 1 - beta2 * g**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "v averages m² here. It averages the squares of the gradients, g².")
def adam_m_squared(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * m**2
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "The square is forgotten: with g in place of g**2 v can become negative, and its root is nan.")
def adam_plain_g(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "There is one v for all coordinates here. Let each have its own: drop the sum.")
def adam_one_for_all(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * np.sum(g**2, axis=-1, keepdims=True)
    return _adam_from(m, v, prev.t + 1, prev, lr, beta1, beta2, eps)


@_wrong(adam, "The memory that you return is the old one, prev.m: nothing is remembered. Return m=m.")
def adam_old_m_returned(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.m = prev.m
    return state


@_wrong(adam, "The memory that you return is the old one, prev.v: nothing is remembered. Return v=v.")
def adam_old_v_returned(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.v = prev.v
    return state


@_wrong(adam, "The root is forgotten: v̂ is an average of squares, and the rate is divided by its root.")
def adam_without_root(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (state.v_hat + eps) * state.m_hat
    return state


@_wrong(adam, "m̂ is made from the old memory, prev.m. Correct the new one, m, which knows the latest gradient.")
def adam_m_late(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - state.rate * prev.m / (1 - beta1**state.t)
    return state


@_wrong(adam, "v̂ is made from the old memory, prev.v. Correct the new one, v, which holds the latest gradient.")
def adam_v_late(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - lr / (np.sqrt(prev.v / (1 - beta2**state.t)) + eps) * state.m_hat
    return state


@_wrong(adam, "The step goes along g, so m is kept for nothing: this is RMSProp with a correction. Step along m̂.")
def adam_along_g(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state = adam(prev, g, lr, beta1, beta2, eps)
    state.theta = prev.theta - state.rate * g
    return state

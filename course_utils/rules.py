"""The update rules of the course, each written like its formula.

A rule is a function of the state before the step and the gradient there.
It returns the state after the step, with every left-hand side of its formula:

    prev   state after step t-1: prev.theta, prev.t and the rule's memories,
           all zero before the first step
    g      gradient of the loss at prev.theta, of the same shape as theta
    lr     learning rate, in units of theta per unit of gradient

All of it is element-wise: theta has shape (*runs, parameters), and every
hyper-parameter may be a number or an array that broadcasts against theta.
`descend` runs a rule; a rule of your own is a function of the same shape.
"""

from types import SimpleNamespace

import numpy as np


class State(SimpleNamespace):
    """What is known after one step: theta and whatever else the rule computed."""


class Start(State):
    """The state before the first step, where a memory of any name is zero: Start([-5, -2]).m is array([0., 0.]).

    theta has shape (*runs, parameters); t is the number of steps that count as
    done, 0 by default.
    """

    def __init__(self, theta, t=0):
        super().__init__(theta=np.asarray(theta, dtype=float), t=t)

    def __getattr__(self, name):
        if name.startswith("_"):  # what Python and Jupyter ask any object for
            raise AttributeError(name)
        return np.zeros_like(self.theta)

    def __reduce__(self):
        return type(self), (self.theta, self.t)


def gradient_descent(prev, g, lr=0.01):
    """Gradient descent: a step against the gradient.

    θₜ = θₜ₋₁ - η g

    lr is η. Source: Cauchy 1847; Goodfellow, Bengio and Courville,
    Deep Learning, section 4.3.
    """
    theta = prev.theta - lr * g
    return State(theta=theta)


def momentum(prev, g, lr=0.01, beta=0.9):
    """Momentum: a step along a decaying sum of all gradients so far.

    mₜ = β mₜ₋₁ + g
    θₜ = θₜ₋₁ - η mₜ

    lr is η, beta is β in [0, 1). Source: Polyak 1964; the form is PyTorch's.
    """
    m = beta * prev.m + g
    theta = prev.theta - lr * m
    return State(theta=theta, m=m)


def adagrad(prev, g, lr=0.01, eps=1e-8):
    """AdaGrad: each coordinate's rate falls with the squared gradients it has seen.

    vₜ = vₜ₋₁ + g²
    rateₜ = η / (√vₜ + ε)
    θₜ = θₜ₋₁ - rateₜ g

    lr is η, eps is ε > 0. Source: Duchi, Hazan and Singer 2011, the diagonal
    form of section 1.1.
    """
    v = prev.v + g**2
    rate = lr / (np.sqrt(v) + eps)
    theta = prev.theta - rate * g
    return State(theta=theta, v=v, rate=rate)


def rmsprop(prev, g, lr=0.01, rho=0.9, eps=1e-8):
    """RMSProp: AdaGrad with a moving average in place of the sum.

    vₜ = ρ vₜ₋₁ + (1 - ρ) g²
    rateₜ = η / (√vₜ + ε)
    θₜ = θₜ₋₁ - rateₜ g

    lr is η, rho is ρ in [0, 1), eps is ε > 0. Source: Tieleman and Hinton
    2012, lecture 6.5 of Neural Networks for Machine Learning.
    """
    v = rho * prev.v + (1 - rho) * g**2
    rate = lr / (np.sqrt(v) + eps)
    theta = prev.theta - rate * g
    return State(theta=theta, v=v, rate=rate)


def adam(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: momentum's average over RMSProp's, both corrected for their zero start.

    t ← t + 1
    mₜ = β₁ mₜ₋₁ + (1 - β₁) g
    vₜ = β₂ vₜ₋₁ + (1 - β₂) g²
    m̂ₜ = mₜ / (1 - β₁ᵗ)
    v̂ₜ = vₜ / (1 - β₂ᵗ)
    rateₜ = η / (√v̂ₜ + ε)
    θₜ = θₜ₋₁ - rateₜ m̂ₜ

    lr is η, beta1 is β₁ and beta2 is β₂ in [0, 1), eps is ε > 0. Source:
    Kingma and Ba 2015, algorithm 1.
    """
    t = prev.t + 1
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    rate = lr / (np.sqrt(v_hat) + eps)
    theta = prev.theta - rate * m_hat
    return State(theta=theta, t=t, m=m, v=v, m_hat=m_hat, v_hat=v_hat, rate=rate)


NAMES = {
    gradient_descent: "gradient descent",
    momentum: "momentum",
    adagrad: "AdaGrad",
    rmsprop: "RMSProp",
    adam: "Adam",
}
"""What each rule is called on a picture."""

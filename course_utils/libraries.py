"""The same rules as PyTorch, Keras and Optax write them.

Read in the sources of PyTorch 2.13, Keras 3.15 and Optax 0.2.8. Hyper-parameters
have the course's names and the library's defaults. Where a library leaves
momentum off unless told otherwise, beta is the course's 0.9; Optax has no
default learning rate, so lr must be given there. `FORMS` is the table.
"""

import numpy as np

from . import rules
from .rules import State


def pytorch_momentum(prev, g, lr=0.001, beta=0.9):
    """torch.optim.SGD: the course's momentum; only the default η is smaller, 0.001."""
    return rules.momentum(prev, g, lr, beta)


def pytorch_adagrad(prev, g, lr=0.01, eps=1e-10):
    """torch.optim.Adagrad: the course's AdaGrad; only the default ε is smaller, 1e-10."""
    return rules.adagrad(prev, g, lr, eps)


def pytorch_rmsprop(prev, g, lr=0.01, rho=0.99, eps=1e-8):
    """torch.optim.RMSprop: the course's RMSProp; only the default ρ is larger, 0.99."""
    return rules.rmsprop(prev, g, lr, rho, eps)


def keras_momentum(prev, g, lr=0.01, beta=0.9):
    """keras.optimizers.SGD: η stands inside the memory, which is the step itself.

    mₜ = β mₜ₋₁ - η g
    θₜ = θₜ₋₁ + mₜ

    The path is the course's as long as η is constant. Where η changes, the
    steps remembered keep the η of their time.
    """
    m = beta * prev.m - lr * g
    theta = prev.theta + m
    return State(theta=theta, m=m)


def keras_adagrad(prev, g, lr=0.001, v0=0.1, eps=1e-7):
    """keras.optimizers.Adagrad: the sum starts at v₀ = 0.1, and ε stands inside the root.

    sₜ = sₜ₋₁ + g²
    vₜ = v₀ + sₜ
    rateₜ = η / √(vₜ + ε)
    θₜ = θₜ₋₁ - rateₜ g

    So the first step is shorter than η: by a third where |g| = √v₀ = 0.32, and
    far shorter where |g| is smaller. The default η is 0.001.
    """
    s = prev.s + g**2
    v = v0 + s
    rate = lr / np.sqrt(v + eps)
    theta = prev.theta - rate * g
    return State(theta=theta, s=s, v=v, rate=rate)


def keras_rmsprop(prev, g, lr=0.001, rho=0.9, eps=1e-7):
    """keras.optimizers.RMSprop: ε stands inside the root.

    vₜ = ρ vₜ₋₁ + (1 - ρ) g²
    rateₜ = η / √(vₜ + ε)
    θₜ = θₜ₋₁ - rateₜ g

    Where v is tiny, ε counts there as much as √ε would outside. The defaults
    are η = 0.001 and ε = 1e-7.
    """
    v = rho * prev.v + (1 - rho) * g**2
    rate = lr / np.sqrt(v + eps)
    theta = prev.theta - rate * g
    return State(theta=theta, v=v, rate=rate)


def keras_adam(prev, g, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """keras.optimizers.Adam: both corrections stand in the learning rate, so ε joins √v and not √v̂.

    t ← t + 1
    mₜ = β₁ mₜ₋₁ + (1 - β₁) g
    vₜ = β₂ vₜ₋₁ + (1 - β₂) g²
    αₜ = η √(1 - β₂ᵗ) / (1 - β₁ᵗ)
    rateₜ = αₜ / (√vₜ + ε)
    θₜ = θₜ₋₁ - rateₜ mₜ

    This is the faster form at the end of section 2 of the paper, its ε there
    called ε̂. It is the course's with ε / √(1 - β₂ᵗ) for ε: 32 times as large
    at t = 1, equal in the end. The default ε is 1e-7.
    """
    t = prev.t + 1
    m = beta1 * prev.m + (1 - beta1) * g
    v = beta2 * prev.v + (1 - beta2) * g**2
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    rate = alpha / (np.sqrt(v) + eps)
    theta = prev.theta - rate * m
    return State(theta=theta, t=t, m=m, v=v, alpha=alpha, rate=rate)


def optax_momentum(prev, g, lr, beta=0.9):
    """optax.sgd: the course's momentum."""
    return rules.momentum(prev, g, lr, beta)


def optax_adagrad(prev, g, lr, v0=0.1, eps=1e-7):
    """optax.adagrad: as Keras's, v₀ = 0.1 and ε inside the root."""
    return keras_adagrad(prev, g, lr, v0, eps)


def optax_rmsprop(prev, g, lr, rho=0.9, eps=1e-8):
    """optax.rmsprop: as Keras's, ε inside the root; only the default ε is smaller, 1e-8."""
    return keras_rmsprop(prev, g, lr, rho, eps)


def optax_adam(prev, g, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """optax.adam: the course's Adam."""
    return rules.adam(prev, g, lr, beta1, beta2, eps)


FORMS = {
    "PyTorch": {
        "momentum": pytorch_momentum,
        "AdaGrad": pytorch_adagrad,
        "RMSProp": pytorch_rmsprop,
        "Adam": rules.adam,
    },
    "Keras": {
        "momentum": keras_momentum,
        "AdaGrad": keras_adagrad,
        "RMSProp": keras_rmsprop,
        "Adam": keras_adam,
    },
    "Optax": {
        "momentum": optax_momentum,
        "AdaGrad": optax_adagrad,
        "RMSProp": optax_rmsprop,
        "Adam": optax_adam,
    },
}
"""Library -> rule as a picture calls it -> function."""

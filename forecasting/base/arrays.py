"""The array type and the one numerical helper that several modules need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[Any]


def causal_convolve(signal: Array, kernel: Array) -> Array:
    """Causal convolution y_t = sum_{k<=t} kernel_k signal_{t-k} along the last axis.

    Both are non-negative. Shapes broadcast over leading axes: (..., T) with (..., K) gives
    (..., T). Computed by FFT, so the cost is T log T; the round-off (about 1e-16 of the largest
    term) is clipped at zero.

    >>> causal_convolve(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5])).round(12)
    array([0.5, 1.5, 2.5])
    """
    return causal_convolver(kernel, signal.shape[-1])(signal)


def causal_convolver(kernel: Array, periods: int) -> Callable[[Array], Array]:
    """Convolve several signals of ``periods`` in turn: the kernel is transformed once."""
    kernel = kernel[..., : min(periods, _reach(kernel))]
    length = fft.next_fast_len(periods + kernel.shape[-1] - 1, real=True)
    # SciPy transforms several rows at a time: numpy's takes twice as long.
    spectrum = fft.rfft(kernel, length)

    def convolve(signal: Array) -> Array:
        product = fft.rfft(signal, length) * spectrum
        found = fft.irfft(product, length, overwrite_x=True)[..., :periods]
        return np.maximum(found, 0.0, out=found)

    return convolve


def _reach(kernel: Array) -> int:
    """Length of the kernel without the zeros at its end."""
    flat = kernel.reshape(-1, kernel.shape[-1])
    return int(np.flatnonzero(flat.any(axis=0)).max(initial=0)) + 1

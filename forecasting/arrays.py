"""The array type and the one numerical helper that several modules need."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[Any]


def causal_convolve(signal: Array, kernel: Array) -> Array:
    """Causal convolution y_t = sum_{k<=t} kernel_k signal_{t-k} along the last axis.

    Shapes broadcast over leading axes: (..., T) with (..., K) gives (..., T). Computed by FFT, so
    the cost is T log T; the round-off (about 1e-16 of the largest term) is clipped at zero when
    both inputs are non-negative.

    >>> causal_convolve(np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5])).round(12)
    array([0.5, 1.5, 2.5])
    """
    periods = signal.shape[-1]
    kernel = kernel[..., :periods]
    length = fft.next_fast_len(periods + kernel.shape[-1] - 1, real=True)
    product = fft.rfft(signal, length) * fft.rfft(kernel, length)
    result: Array = fft.irfft(product, length)[..., :periods]
    if (signal >= 0).all() and (kernel >= 0).all():
        np.maximum(result, 0.0, out=result)
    return result

"""The fit as tables to hand on: covariance of the free parameters, and draws of all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import linalg

from forecasting.fitting.estimation import SelectionLagFit


def covariance(fit: SelectionLagFit) -> pd.DataFrame:
    """Laplace covariance of the free parameters, one row and one column a parameter.

    Each is on its estimation scale in units of its prior sd, so that the prior is the identity; the
    deviations u_t are integrated out. The first column, ``name``, names the rows.

    >>> from forecasting import fit, load_disclosures
    >>> table = covariance(fit(load_disclosures().as_of("2020-10-28")))
    >>> table.shape
    (14, 15)
    """
    count = len(fit.free)
    # With R'R the precision, R^-1 R^-T is the covariance; its corner needs the first rows of R^-1.
    half = linalg.solve_triangular(fit.precision_cholesky_, np.eye(fit.mode_.size))[:count]
    names = [parameter.name for parameter in fit.free]
    table = pd.DataFrame(half @ half.T, columns=names)
    table.insert(0, "name", names)
    return table


def parameter_draws(fit: SelectionLagFit, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Draws of every parameter in its own unit, one row a draw; fixed ones are constant.

    >>> from forecasting import fit, load_disclosures
    >>> table = parameter_draws(fit(load_disclosures().as_of("2020-10-28")), draws=10)
    >>> len(table), float(table["delay_days"].min()) > 30
    (10, True)
    """
    parameters, _ = fit.draw(draws, np.random.default_rng(seed))
    table = {prior.name: np.broadcast_to(parameters[prior.name], draws) for prior in fit.priors}
    return pd.DataFrame(table).rename_axis("draw").reset_index()

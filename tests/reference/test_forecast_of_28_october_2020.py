"""The forecast the article's reader could have had, on the disclosures of that day."""

import numpy as np
import pandas as pd
import pytest

from forecasting import decompose_dilution, fit, forecast, load_disclosures, what_came

# ledger2021 to 2021-10-28, seven of them in a second source too; shenlanbao202111.
SPRING_2020 = pd.date_range("2020-02-14", "2020-04-28")
CAME = [
    *(4.83, 4.83, 4.83, 5.31, 5.28, 5.37, 5.34, 5.88, 6.09, 6.36, 6.42, 6.39, 6.45),
    *(6.48, 6.51, 6.54, 6.57, 6.87, 7.20, 7.41, 7.47, 7.53, 7.56, 7.38, 6.96),
]


@pytest.fixture(scope="module")
def full():
    return load_disclosures()


@pytest.fixture(scope="module")
def fitted(full):
    return fit(full.as_of("2020-10-28"))


@pytest.fixture(scope="module")
def result(fitted):
    return forecast(fitted, horizon=30)


def test_the_steady_state_is_near_5_to_7(result) -> None:
    low, high = result.steady_state.interval(80)
    assert low >= 4.5
    assert high <= 7.5
    assert 5.0 <= result.steady_state.q50 <= 7.0


def test_what_came_is_the_disclosed_record(full, result) -> None:
    assert what_came(full, result).frame["value"].tolist() == CAME


def test_it_was_closer_than_the_flat_5025_with_a_usable_interval(full, result) -> None:
    record = what_came(full, result)
    assert record.article_mean_abs_error == pytest.approx(np.mean(np.abs(np.array(CAME) - 5.025)))
    assert record.mean_abs_error < record.article_mean_abs_error
    assert record.mean_width_80 < 4.5


def test_it_misses_the_figures_it_was_fitted_on_where_settlement_was_held_or_let_go(fitted) -> None:
    """notices2019: 632 persons, then 1,581 on 2019-09-28; wang2020: cases held in the pandemic."""
    rows = fitted.residuals[fitted.residuals["bound"] != "over"].set_index("date_end")
    z = rows["z"].abs()
    assert (z <= 1.96).mean() >= 0.85
    missed = set(z[z > 4.0].index)
    assert missed <= {*pd.date_range("2019-09-14", "2019-09-28"), *SPRING_2020}


def test_no_later_figure_was_used(full, fitted) -> None:
    assert fitted.residuals["date_end"].max().date().isoformat() <= "2020-10-28"
    again = fit(full.as_of("2020-12-28").as_of("2020-10-28"))
    assert again.mode_ == pytest.approx(fitted.mode_)


def test_the_pandemic_dip_and_the_plateau_are_there(result) -> None:
    """The article: back to one or two RMB, about 4.2 from August; the dip: 02-28 to 04-14."""
    share = result.periods.set_index("date")["share_q50"]
    assert share["2020-02-28":"2020-04-14"].max() < share["2019-12-28"]
    assert share["2020-08-14":"2020-10-14"].mean() == pytest.approx(4.2, abs=0.3)


def test_dilution_fades(fitted) -> None:
    frame = decompose_dilution(fitted).frame.set_index("date")
    selection = frame[["waiting", "ramp", "delay"]].sum(axis=1) / frame["undiluted"]
    assert selection["2019-06-14"] > 0.6
    assert selection["2020-10-28"] < 0.3
    causes = frame[["waiting", "ramp", "delay", "rules", "shock", "deviation"]].sum(axis=1)
    assert causes.to_numpy() == pytest.approx(frame["total"].to_numpy(), abs=1e-9)

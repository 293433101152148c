"""How to fetch the record and a day's forecast, in Python and in R."""

from __future__ import annotations

from datetime import date

PANDAS = """\
import json
from urllib.request import urlopen

import pandas as pd

record = pd.read_csv("{site}/data/observations.csv")
with urlopen("{site}/api/forecast?as_of={day}") as answer:
    forecast = pd.json_normalize(json.load(answer)["periods"])
"""
R = """\
# install.packages("jsonlite")
record <- read.csv("{site}/data/observations.csv", encoding = "UTF-8")
answer <- jsonlite::fromJSON("{site}/api/forecast?as_of={day}", flatten = TRUE)
forecast <- answer$periods
"""


def pandas_snippet(site: str, day: date) -> str:
    """For Python with pandas; ``site`` is scheme and host.

    >>> "as_of=2020-10-28" in pandas_snippet("http://127.0.0.1:8501", date(2020, 10, 28))
    True
    """
    return PANDAS.format(site=site, day=day.isoformat())


def r_snippet(site: str, day: date) -> str:
    """For R with jsonlite."""
    return R.format(site=site, day=day.isoformat())

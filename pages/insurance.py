"""What would an insurer charge?"""

import streamlit as st

from charts.insurance import by_age as charts
from forecasting.pricing import same_benefit_premium
from sentences.insurance import summary as insurance
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import Metric, errors_shown, heading, metrics, say, show_chart
from ui.controls.shared import section_picker
from ui.frame import enter
from ui.pages.insurance.controls import person_controls
from ui.pages.insurance.sections import SECTIONS, premiums, show_section, yearly_share_for
from ui.results import known, stamp_for
from ui.view import View


def quote(view: View) -> None:
    """The premium of a person beside the shares, and what an insurer would do besides."""
    tr, stamp = view.tr, stamp_for(view, "chart.source_tables")
    share = yearly_share_for(view)

    top = st.container()
    heading(tr.t("insurance.inputs_heading"))
    asked, premium = person_controls(tr), None
    with top, errors_shown(tr):
        premium = same_benefit_premium(asked.age, asked.sex, asked.basis, known(view))
        by_age = premiums(view.plan, view.as_of, asked.basis)
        say(insurance.verdict(asked.age, asked.sex, premium, share, tr))
        note = tr.t("insurance.metrics_note" if share.steady else "insurance.no_level_note")
        metrics([Metric(*item) for item in insurance.numbers(premium, share, tr)], note)
        chart = charts.premium_chart(by_age, share, asked.age, asked.sex, premium, tr, stamp)
        show_chart(chart, tr, asked.inputs())

    heading(tr.t("insurance.sections_heading"))
    section = section_picker(tr, "insurance", tuple(SECTIONS))
    # Terms that are not legal have been named above: no need to say so twice.
    if premium is not None:
        show_section(section, view, asked)


draw_as_fragment(enter(), quote)

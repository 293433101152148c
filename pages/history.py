"""What was disclosed?"""

import streamlit as st

from charts.history import settlements as charts
from charts.history import totals
from sentences.common import tables
from sentences.common.engine import translated
from sentences.history import record as sentences
from ui.blocks.drawing import cached_chart
from ui.blocks.figures import linked_figures, show_figure_asked_for
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_table
from ui.frame import enter
from ui.pages.history import aid_section
from ui.results import forecast_or_refusal, full_record, known

view = enter()
tr, day = view.tr, view.as_of
record = known(view)
forecast, missing = forecast_or_refusal(view)

show_figure_asked_for(view)
say(sentences.record(record, tr))
metrics([Metric(*item) for item in sentences.latest(record, tr)])
every_share = full_record(view.plan).observations
show_chart(cached_chart(view, charts.shares_chart, every_share, forecast), tr)
if missing:
    st.caption(tr.t("history.no_reconstruction", reason=translated(missing, tr)))

aid_section(view)

heading(tr.t("history.members_heading"))
show_chart(cached_chart(view, charts.members_chart, record.observations, forecast), tr)
show_chart(cached_chart(view, charts.helped_chart, record.observations, forecast), tr)

if forecast is not None:
    heading(tr.t("history.cap_heading"), tr.t("history.cap_sentence"))
    show_chart(cached_chart(view, totals.cap_chart, forecast, record), tr)
    heading(tr.t("history.cumulative_heading"))
    show_chart(cached_chart(view, totals.cumulative_chart, record.observations, forecast), tr)
    st.markdown(sentences.mean_aid(record.identity_checks(), tr))

heading(tr.t("history.events_heading"))
show_table(tables.events_table(record.events, tr), "events", tr, day)

checks = record.reconciliation()
heading(tr.t("history.sums_heading"), sentences.reconciled(checks, tr))
if not checks.empty:
    show_table(tables.reconciliation_table(checks, tr), "totals", tr, day)

heading(tr.t("history.identity_heading"), tr.t("history.identity_text"))
show_table(tables.identity_table(record.identity_checks(), tr), "identity", tr, day)

heading(tr.t("history.conflicts_heading"), tr.t("history.conflicts_text"))
show_table(tables.conflicts_table(record.conflicts(), tr), "conflicts", tr, day)

heading(tr.t("history.all_heading"), tr.t("history.all_text"))
show_table(linked_figures(view, record.observations), "observations", tr, day)

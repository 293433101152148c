"""What became of the others?"""

import streamlit as st

from charts.plans import profile as people
from charts.plans import sections
from charts.plans import side_by_side as charts
from sentences import plans
from ui.blocks.show import Metric, errors_shown, heading, metrics, say, show_chart, show_table
from ui.controls.shared import section_picker
from ui.frame import enter
from ui.pages.plans import (
    DECLINE_INPUTS,
    SECTIONS,
    ages_for,
    comparison,
    decline_for,
    fee_for,
    floor_for,
    last_share,
    pool_for,
    record_of,
    whole_stamp,
)
from ui.results import stamp_for

view = enter()
every_source = record_of(view).tables.sources
tr, stamp, whole = view.tr, stamp_for(view), whole_stamp(view)
every = comparison()

say(plans.fate(every, tr), plans.flight(every, tr))
metrics([Metric(*item) for item in plans.numbers(every, tr)], tr.t("plans.metrics_note"))
show_chart(charts.members_chart(every, tr, whole), tr)

section = section_picker(tr, "plans", SECTIONS)
with errors_shown(tr):
    if section == "rules":
        heading(tr.t("plans.yearly_heading"), plans.yearly(every, tr))
        show_chart(charts.yearly_chart(every, tr, whole), tr)
        heading(tr.t("plans.table_heading"), tr.t("plans.table_text"))
        show_table(plans.plans_table(every, tr), "plans", tr, every.day)
    elif section == "pooling":
        heading(tr.t("pooling.heading"))
        picture = pool_for(view)
        st.markdown(plans.pooling(picture, tr))
        show_chart(sections.pool_chart(picture, tr, stamp), tr)
        st.markdown(plans.floor(floor_for(view), every_source, tr))
        st.caption(tr.t("pooling.note"))
    elif section == "fee":
        heading(tr.t("fee.heading"))
        economics = fee_for(view)
        st.markdown(plans.fee(economics, tr))
        show_chart(sections.fee_chart(economics, tr, stamp), tr)
        st.caption(tr.t("fee.note"))
    elif section == "decline":
        heading(tr.t("decline.heading"))
        spiral = decline_for(view)
        st.markdown(plans.decline(spiral, last_share(view), tr))
        show_chart(sections.phase_chart(spiral, tr, whole), tr, DECLINE_INPUTS)
        st.markdown(tr.t("decline.reading"))
        show_chart(sections.lost_chart(spiral, tr, whole), tr, DECLINE_INPUTS)
        st.caption(tr.t("decline.note"))
    else:
        heading(tr.t("profile.heading"))
        reading, record = ages_for(view), record_of(view)
        st.markdown(plans.ages(reading, tr))
        left, middle, right = st.columns(3)
        with left:
            show_chart(people.bands_chart(reading, tr, whole), tr)
        with middle:
            show_chart(people.profile_chart(record.member_profile, "place", tr, whole), tr)
        with right:
            show_chart(people.profile_chart(record.member_profile, "means", tr, whole), tr)
        st.caption(tr.t("profile.note"))
        st.markdown(plans.helped(record.member_profile, tr))

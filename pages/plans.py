"""What became of the others?"""

from charts.plans import side_by_side as charts
from sentences import plans
from ui.blocks.show import Metric, metrics, say, show_chart
from ui.controls.shared import section_picker
from ui.frame import enter
from ui.pages.plans import SECTIONS, comparison, show_section, whole_stamp

view = enter()
tr, every = view.tr, comparison()

say(plans.fate(every, tr), plans.flight(every, tr))
metrics([Metric(*item) for item in plans.numbers(every, tr)], tr.t("plans.metrics_note"))
show_chart(charts.members_chart(every, tr, whole_stamp(view)), tr)

show_section(section_picker(tr, "plans", tuple(SECTIONS)), view)

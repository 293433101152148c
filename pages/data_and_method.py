"""Can I trust it?"""

from charts.data_and_method.fit import parameters_chart
from sentences import data_and_method as method
from sentences import track_record as track
from sentences.common.engine import translated
from ui.blocks.drawing import cached_chart
from ui.blocks.show import Metric, metrics, say, show_chart
from ui.controls.shared import section_picker
from ui.frame import enter
from ui.pages.data_and_method import SECTIONS, show_section
from ui.results import checks_for, credibility_for, fit_or_refusal
from ui.server.scores import backtest_at_hand

view = enter()
tr = view.tr
fit, missing = fit_or_refusal(view)

if fit is None:
    say(method.not_yet(tr))
    say(translated(missing, tr))
else:
    checks = checks_for(view)
    backtest = backtest_at_hand(view)
    say(method.verdict(fit, checks, tr), method.failures(checks, tr))
    if backtest is not None:
        say(track.held_over_all(backtest, tr))
    metrics([Metric(*item) for item in method.numbers(fit, checks, credibility_for(view), tr)])
    show_chart(cached_chart(view, parameters_chart, fit), tr)

show_section(section_picker(tr, "method", tuple(SECTIONS)), view, fit)

"""Can I trust it?"""

from charts.method import parameters_chart
from sentences import method, track
from sentences.engine import said
from ui.cache import backtest_at_hand, checks_for, credibility_for, fit_or_refusal
from ui.controls import section_picker
from ui.drawing import drawn
from ui.frame import enter
from ui.method import SECTIONS, show_section
from ui.show import Metric, metrics, say, show_chart

view = enter()
tr = view.tr
fit, missing = fit_or_refusal(view)

if fit is None:
    say(method.not_yet(tr))
    say(said(missing, tr))
else:
    checks = checks_for(view)
    backtest = backtest_at_hand(view)
    say(method.verdict(fit, checks, tr), method.failures(checks, tr))
    if backtest is not None:
        say(track.held_over_all(backtest, tr))
    metrics([Metric(*item) for item in method.numbers(fit, checks, credibility_for(view), tr)])
    show_chart(drawn(view, parameters_chart, fit), tr)

show_section(section_picker(tr, "method", tuple(SECTIONS)), view, fit)

from ui.frame import run
from ui.logs import page_run

with page_run():
    run()

from ui.frame import run

run()

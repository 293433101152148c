"""What if?"""

from ui.blocks.parts import draw_as_fragment
from ui.frame import enter
from ui.pages.scenarios.bench import bench

draw_as_fragment(enter(), bench)

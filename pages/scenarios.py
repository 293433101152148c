"""What if?"""

from ui.blocks.parts import own_part
from ui.frame import enter
from ui.pages.scenarios.bench import bench

own_part(enter(), bench)

"""Python under each chart that prints its table again, as the popover and the press kit show it."""

from ui.export.recipes.code import Basis, snippet
from ui.export.recipes.registry import RECIPES, Recipe
from ui.export.recipes.steps import STEPS, Step

__all__ = ["RECIPES", "STEPS", "Basis", "Recipe", "Step", "snippet"]

"""Python under each chart that prints its table again, as the popover and the press kit show it."""

from charts.recipes.code import Basis, snippet
from charts.recipes.registry import RECIPES, Recipe
from charts.recipes.steps import STEPS, Step

__all__ = ["RECIPES", "STEPS", "Basis", "Recipe", "Step", "snippet"]

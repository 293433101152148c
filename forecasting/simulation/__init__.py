"""From a fit to paths: draws, what-ifs, paths with their quantiles, equilibrium."""

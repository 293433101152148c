"""Many runs of the engine: over machines, over assumptions, over simulated figures.

A sweep is a list of tasks, each a pure function of the record and of a few JSON values that gives a
small JSON record. Dask runs them; finished ones are kept, so that an interrupted sweep goes on
where it stopped, and the answer does not depend on how many workers there were.
"""

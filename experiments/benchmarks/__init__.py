"""What the benchmark measures, a file each: the engine, the PettingZoo faces, learners, peers. Rates are medians of repeats."""

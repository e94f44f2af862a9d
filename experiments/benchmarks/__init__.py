"""What the benchmark measures, a file each: the engine, the PettingZoo APIs, learners, peers. Rates are medians of repeats."""

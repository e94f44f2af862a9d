"""The jobs: train, evaluate, demo, benchmark. Above agents and envs, which never import it."""

"""Train policies: learners, modes, checkpoints and populations."""

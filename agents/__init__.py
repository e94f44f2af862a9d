"""Hold policies, which map observation and mask to an action. They use the vocabulary of envs and not its internals."""

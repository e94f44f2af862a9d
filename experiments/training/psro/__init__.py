"""A league of policies: populations that answer one another, the folder that keeps them, and the command that grows them."""

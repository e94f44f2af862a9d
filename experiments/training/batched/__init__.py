"""Train many independent policies at once on one batch of games: masked PPO with batched matrix products."""

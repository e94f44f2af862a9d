"""Counterfactual replays: the effect of one changed move, and the attribution of outcomes to actors or moves."""

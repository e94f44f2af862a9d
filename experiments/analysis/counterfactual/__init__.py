"""What would have come of a recorded game had somebody done otherwise: the effect of one move, and shares of the escalation."""

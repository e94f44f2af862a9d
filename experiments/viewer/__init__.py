"""Pages for the browser: an episode to step through, policies side by side, a report, a seat to play."""

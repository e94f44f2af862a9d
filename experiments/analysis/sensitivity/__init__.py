"""What drives the results: which assumptions move them, by how much, and in what share of them each finding holds."""

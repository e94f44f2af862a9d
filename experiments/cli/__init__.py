"""Parse the command line and run the jobs."""

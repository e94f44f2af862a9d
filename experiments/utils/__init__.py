"""Share statistics, files, manifests, plotting and console helpers among all jobs."""

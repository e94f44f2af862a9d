"""Games as pages for a browser: what a page shows is worked out here, in Python, and the browser only draws it."""

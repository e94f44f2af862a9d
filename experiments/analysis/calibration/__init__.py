"""The observable tempo: daily counts of aircraft and ships as a function of presence, fitted to a public series; no rule
reads it."""

"""The demo's rows, domain by domain; each returns what the later ones refer to."""

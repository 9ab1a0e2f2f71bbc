"""The web process: HTTP API, accounts and the page; it never runs a generation."""

"""Renderings write a snapshot and its context in other formats, each text escaped for its own."""

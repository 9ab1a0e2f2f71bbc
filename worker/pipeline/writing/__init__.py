"""The model engine: it asks in small pieces, checks all, and falls back to facts."""

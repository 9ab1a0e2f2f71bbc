"""Readers make a snapshot of a live database or a DDL text, or fail with cause and remedy."""

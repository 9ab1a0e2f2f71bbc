"""Reads what is known of a database's values: bounded, read-only, masked before it is returned."""

"""Starting questions with their SQL, derived from what roles and keys a schema has."""

"""What a database looks like: a pure library that knows no web, queue or store."""

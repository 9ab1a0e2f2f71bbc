"""Planning has a database say whether a query is right, without running it."""

"""The HTTP API: a blueprint per noun; a view reads the request, asks the store and answers."""

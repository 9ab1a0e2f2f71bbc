"""The bundled demo database: an invented outdoor company, written by the standard library alone."""

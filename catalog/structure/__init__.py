"""What the structure of a schema says without any model: roles, joins, kinds, domains."""

"""Each workload gives every contender the same work and returns one section of figures."""

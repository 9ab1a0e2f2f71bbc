"""Each contender starts one server that does the same work, and says what it needs."""

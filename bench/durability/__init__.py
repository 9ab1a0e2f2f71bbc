"""What jobs cost, and what they survive: the stack as it is started, with a model that is fake."""

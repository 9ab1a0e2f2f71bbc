"""What processes say to each other: events, states, names, the queue and the channel."""

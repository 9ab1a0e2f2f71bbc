"""The worker runs jobs: it claims, writes, publishes, and ends each with one terminal event."""

"""The structural engine: it writes everything from facts alone, and states nothing else."""

"""The pipeline: from a snapshot to a context, through ports only."""

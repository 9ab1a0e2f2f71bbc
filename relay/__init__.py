"""The relay forwards a job's events to its clients and starts, changes and ends no work."""

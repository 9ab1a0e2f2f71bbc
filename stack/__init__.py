"""All of Schemalore's processes on one machine: free ports, embedded Redis, restarts, one clean stop."""

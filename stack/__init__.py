"""All of Schemalore's processes on one machine: free ports, embedded Redis, one clean stop."""

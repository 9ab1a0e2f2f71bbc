"""The benches measure running processes from outside and are part of no process themselves."""

"""The terminal client: it speaks HTTP and SSE only and imports nothing of ours."""

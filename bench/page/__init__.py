"""What the page costs a browser: bytes, milliseconds, memory."""

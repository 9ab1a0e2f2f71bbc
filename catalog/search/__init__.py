"""Search finds the tables and columns that a question needs, and says why it took each."""

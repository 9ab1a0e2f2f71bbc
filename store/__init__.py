"""What is remembered: tables, queries and migrations, without any transport."""

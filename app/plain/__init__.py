"""The page for browsers without scripts: forms, and jobs that show themselves anew."""

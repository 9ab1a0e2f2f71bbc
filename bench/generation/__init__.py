"""What the generation of contexts is measured by: each section is a module with NAME and run()."""

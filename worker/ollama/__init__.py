"""The only code that speaks to Ollama: our port `Model` in front, the official client behind."""

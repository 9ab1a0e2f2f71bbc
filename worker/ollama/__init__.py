"""The only code that speaks to Ollama: our port `Model` in front, the official client behind."""

import os

# When it is imported, the official client makes a client for the address in OLLAMA_HOST. Several
# addresses, which are ours to understand, would end the process there.
_given = os.environ.pop("OLLAMA_HOST", None)  # noqa: TID251 - see above; nothing is taken from it
try:
    import ollama  # noqa: F401 - so that it is loaded by now
finally:
    if _given is not None:
        os.environ["OLLAMA_HOST"] = _given  # noqa: TID251 - as it was

"""How many tokens a prompt has, before a server has counted them."""

_TEMPLATE = 64  # what the server adds around the messages, at most
_CAUTIOUS = 3.0  # bytes per token: JSON with names in it has 3 to 4, other scripts about 3
_FEW = 0.5  # of the estimate
_TELLING = 400  # tokens; with fewer, the template outweighs the text


class Measure:
    """Bytes per token of one model, learned from what its server counted."""

    def __init__(self) -> None:
        self._ratio: float | None = None

    def estimate(self, text: str) -> int:
        """Return about how many tokens a prompt of this text has, rather more than less."""
        return _TEMPLATE + self._count(text)

    def doubts(self, text: str, tokens: int) -> bool:
        """Return whether so few tokens can hardly be the whole text."""
        return tokens < _FEW * self._count(text)

    def learn(self, text: str, tokens: int) -> None:
        """Take in that the server counted so many tokens; the densest text counts."""
        if tokens >= _TELLING:
            ratio = len(text.encode()) / tokens
            self._ratio = ratio if self._ratio is None else min(self._ratio, ratio)

    def _count(self, text: str) -> int:
        return round(len(text.encode()) / (self._ratio or _CAUTIOUS))

"""Where model servers are."""

import pytest

from contract import model_hosts
from contract.model_hosts import ModelHost


class TestParse:
    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ("", "http://127.0.0.1:11434"),
            (" , ", "http://127.0.0.1:11434"),
            ("gpu", "http://gpu:11434"),
            ("gpu:8080", "http://gpu:8080"),
            (":8080", "http://127.0.0.1:8080"),
            ("http://gpu", "http://gpu:80"),
            ("https://gpu/ollama/", "https://gpu:443/ollama"),
            ("[::1]:11434", "http://[::1]:11434"),
        ],
    )
    def test_completes_addresses_as_ollama_does(self, given: str, url: str) -> None:
        """Scheme, host and port may each be missing."""
        assert (url,) == tuple(host.url for host in model_hosts.parse(given))

    def test_takes_several_and_each_once(self) -> None:
        """Separated by commas, in their order."""
        found = model_hosts.parse("b, a:1,http://b:11434")

        assert ["b:11434", "a:1"] == [host.display for host in found]

    @pytest.mark.parametrize("given", ["ftp://gpu", "gpu:eleven", "http://gpu:99999", "http://@"])
    def test_refuses_what_is_no_address(self, given: str) -> None:
        """It would otherwise be noticed in the middle of a job."""
        with pytest.raises(model_hosts.WrongHostError):
            model_hosts.parse(given)

    def test_keeps_passwords_out_of_sight(self) -> None:
        """They are sent, and neither shown nor logged."""
        (host,) = model_hosts.parse("https://me:hunter%202@gpu")

        assert ("me", "hunter 2") == host.auth
        assert "hunter" not in f"{host!r} {host} {host.display} {host.url}"
        assert ModelHost(url="http://gpu:1").auth is None

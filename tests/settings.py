"""What the tests take from their environment."""

from pydantic_settings import BaseSettings


class TestSettings(BaseSettings):
    """Where services answer; each is started privately when it does not.

    Without a model server's address the fake one takes its place. Pictures of pages cost time, and
    are taken only when they are wanted.
    """

    __test__ = False

    ci: bool = False
    pictures: bool = False
    test_postgres_url: str = "postgresql://root@127.0.0.1:5432/postgres"
    test_mariadb_url: str = "mysql://root@127.0.0.1:3306/mysql"
    test_ollama_host: str = ""
    test_ollama_model: str = "llama3.1:8b"

"""Sign-ins, in both databases."""

from datetime import timedelta

import pytest

from store import users
from store.database import Database

pytestmark = pytest.mark.integration


class TestSessions:
    def test_a_refresh_token_used_twice_ends_the_session(self, db: Database) -> None:
        """Reuse means that somebody else has the token."""
        with db.write() as connection:
            user = users.create(connection, email="a@b.example", password_hash="x")
            session = users.sign_in(
                connection, user.id, refresh_jti="1", lifetime=timedelta(days=1)
            )
            assert users.rotate(connection, session, used_jti="1", next_jti="2")
            assert users.session_active(connection, session)
            assert not users.rotate(connection, session, used_jti="1", next_jti="3")
            assert not users.session_active(connection, session)

"""How app and relay agree on sign-in tokens (JSON Web Tokens)."""

from datetime import timedelta
from typing import Any

ACCESS_COOKIE = "auth_access_token"
REFRESH_COOKIE = "auth_refresh_token"
REFRESH_PATH = "/api/v1/auth"
SESSION_CLAIM = "sid"  # the row in `sessions` that revokes all tokens of one sign-in
ACCESS_LIFETIME = timedelta(minutes=30)
REFRESH_LIFETIME = timedelta(days=30)


def flask_config(*, secret_key: str, secure_cookies: bool) -> dict[str, Any]:
    """Return the flask-jwt-extended settings; the same in both web processes.

    Headers come first: an invalid cookie would otherwise hide a good bearer token.
    """
    return {
        "JWT_SECRET_KEY": secret_key,
        "JWT_ALGORITHM": "HS256",
        "JWT_TOKEN_LOCATION": ["headers", "cookies"],
        "JWT_ACCESS_COOKIE_NAME": ACCESS_COOKIE,
        "JWT_ACCESS_COOKIE_PATH": "/",
        "JWT_REFRESH_COOKIE_NAME": REFRESH_COOKIE,
        "JWT_REFRESH_COOKIE_PATH": REFRESH_PATH,
        "JWT_COOKIE_SECURE": secure_cookies,
        "JWT_COOKIE_SAMESITE": "Lax",
        "JWT_COOKIE_CSRF_PROTECT": True,
        "JWT_CSRF_CHECK_FORM": True,  # forms without scripts carry the token as a field
        "JWT_CSRF_METHODS": ["POST", "PUT", "PATCH", "DELETE"],
        "JWT_ACCESS_TOKEN_EXPIRES": ACCESS_LIFETIME,
        "JWT_REFRESH_TOKEN_EXPIRES": REFRESH_LIFETIME,
        "JWT_SESSION_COOKIE": False,
    }

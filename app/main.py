"""The web process: `gunicorn app.main:application`."""

import logging

from app.factory import create_app
from app.settings import Settings
from contract import logs

settings = Settings()
logs.configure(process="app", level=settings.log_level, form=settings.log_format)
# Readiness asks for the migrations every few seconds, and Alembic tells each time.
logging.getLogger("alembic").setLevel(logging.WARNING)
application = create_app(settings)

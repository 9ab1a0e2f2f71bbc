"""The web process: `gunicorn app.main:application`."""

import atexit
import logging

from app import services
from app.factory import create_app
from app.settings import Settings
from contract import logs

settings = Settings()
logs.configure(process="app", level=settings.log_level, form=settings.log_format)
# Readiness asks for the migrations every few seconds, and Alembic tells each time.
logging.getLogger("alembic").setLevel(logging.WARNING)
application = create_app(settings)
with application.app_context():
    # What was answered last is still told to the queue; what is not, the sweep finds.
    atexit.register(services.current().courier.close)

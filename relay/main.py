"""The relay's WSGI application: `gunicorn -c relay/gunicorn.conf.py relay.main:application`."""

from gevent import monkey

monkey.patch_all()

from contract import logs
from relay import factory
from relay.settings import Settings

_settings = Settings()
logs.configure(process="relay", level=_settings.log_level, form=_settings.log_format)
relay = factory.create(_settings)
relay.start()
application = relay.app

"""The relay's WSGI application: `gunicorn -c relay/gunicorn.conf.py relay.main:application`."""

from gevent import monkey

monkey.patch_all()

import gc

from contract import logs
from relay import factory
from relay.settings import Settings

_settings = Settings()
logs.configure(process="relay", level=_settings.log_level, form=_settings.log_format)
relay = factory.create(_settings)
relay.start()
application = relay.app
# Where a thousand clients come back at once, a fifth of the time went into looking for garbage
# among all that stays. What is loaded by now is not looked at again, the rest less often.
gc.collect()
gc.freeze()
gc.set_threshold(10_000)

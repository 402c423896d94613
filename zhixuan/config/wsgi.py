"""What a web worker runs."""

import os

from django.core.wsgi import get_wsgi_application

from zhixuan.config import running

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhixuan.config.settings")
application = get_wsgi_application()
if parent := os.environ.get(running.PARENT_VARIABLE):
    running.end_with(int(parent), lambda: os._exit(1))

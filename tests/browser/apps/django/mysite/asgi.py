import os

from django.core.asgi import get_asgi_application

from asgi_reload import ReloadMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

application = ReloadMiddleware(get_asgi_application())

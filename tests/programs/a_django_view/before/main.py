from django.conf import settings

settings.configure(ROOT_URLCONF="urls", SECRET_KEY="x", ALLOWED_HOSTS=["*"])

from django.core.asgi import get_asgi_application
from reloading import ReloadMiddleware

app = ReloadMiddleware(get_asgi_application())

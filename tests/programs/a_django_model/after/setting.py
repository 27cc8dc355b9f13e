from django.conf import settings

settings.configure(INSTALLED_APPS=[], SECRET_KEY="x")

import django

django.setup()

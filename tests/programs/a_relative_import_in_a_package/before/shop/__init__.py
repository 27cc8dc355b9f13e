from .api import router

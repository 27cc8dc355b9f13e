import django
from django.conf import settings
from django.template import engines
from fastapi import FastAPI

import state
from reloading import ReloadMiddleware

app = FastAPI()


@app.get("/hits")
def count() -> int:
    return state.count()


settings.configure(
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": ["pages"],
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]
            },
        }
    ]
)
django.setup()


@app.get("/")
def index():
    return engines["django"].get_template("a.html").render()


app = ReloadMiddleware(app)

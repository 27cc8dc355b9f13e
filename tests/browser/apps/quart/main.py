from extra import extra
from quart import Quart
from views import pages

from asgi_reload import ReloadMiddleware

app = Quart(__name__)
app.config.from_object("settings")
app.register_blueprint(pages)
app.register_blueprint(extra, url_prefix="/extra")
app.asgi_app = ReloadMiddleware(app.asgi_app)

import factory

import state
from reloading import ReloadMiddleware

app = factory.make()
app.get("/hits")(state.count)
app = ReloadMiddleware(app)

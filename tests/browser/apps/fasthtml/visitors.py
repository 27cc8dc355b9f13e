from fasthtml.common import Beforeware


def remember_visitor(request, session):
    request.scope["visitor"] = "Dependency one"


before = Beforeware(remember_visitor, skip=[r"/state"])

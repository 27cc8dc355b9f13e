from models import Note
from quart import Blueprint, current_app, g, jsonify, render_template
from state import remember
from visitors import with_visitor

pages = Blueprint("pages", __name__)


@pages.get("/")
@with_visitor
async def home():
    title = current_app.config["TITLE"]
    return await render_template("page.html", heading="Handler one", note=Note(), visitor=g.visitor, title=title)


@pages.get("/state")
async def state():
    return jsonify(remember())

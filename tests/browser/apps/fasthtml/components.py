from fasthtml.common import *


def layout(title, *, heading, note, visitor):
    return Title(title), Main(
        H1("Template one"),
        P(heading, id="handler"),
        P(note.text, id="model"),
        P(visitor, id="dependency"),
        P(title, id="settings"),
        Form(
            Input(id="name", name="name"),
            Input(id="subscribe", name="subscribe", type="checkbox"),
            Details(Summary("More"), Textarea(id="words", name="words"), id="more"),
        ),
    )

import msgspec


class Note(msgspec.Struct):
    text: str = "Model one"

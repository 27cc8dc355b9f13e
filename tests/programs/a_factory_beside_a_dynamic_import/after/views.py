def index():
    return "old"


def more():
    return "more"

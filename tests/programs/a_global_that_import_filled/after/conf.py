settings = None


def init(limit):
    global settings
    settings = {"limit": limit}

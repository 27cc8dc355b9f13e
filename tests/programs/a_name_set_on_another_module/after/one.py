import tools


def hi():
    return "hi"


tools.hi = lambda: "hello"

commands = {}


def register(name, function):
    commands[name] = function

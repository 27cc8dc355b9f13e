commands = {}


def command(name):
    def register(function):
        commands[name] = function
        return function

    return register

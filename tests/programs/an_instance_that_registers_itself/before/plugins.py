every = []


class Plugin:
    def __init__(self, name):
        self.name = name
        every.append(self)

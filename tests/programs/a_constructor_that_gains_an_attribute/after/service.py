class Service:
    def __init__(self):
        self.name = "a"
        self.limit = 3

    def answer(self):
        return [self.name, self.limit]


service = Service()

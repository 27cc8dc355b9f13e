class Service:
    def __init__(self):
        self.name = "a"

    def answer(self):
        return self.name


service = Service()

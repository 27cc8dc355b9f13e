class Database:
    is_open = False

    async def connect(self):
        self.is_open = True

    async def disconnect(self):
        self.is_open = False


database = Database()
hits = 0


def count():
    global hits
    hits += 1
    return hits

class Client:
    def __init__(self):
        self.is_closed = False

    async def ask(self):
        return "closed" if self.is_closed else "answer"

    async def aclose(self):
        self.is_closed = True


client = Client()
visits = []


async def close():
    await client.aclose()

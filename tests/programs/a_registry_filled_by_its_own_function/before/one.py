import registry


def run():
    return 1


registry.register("one", run)

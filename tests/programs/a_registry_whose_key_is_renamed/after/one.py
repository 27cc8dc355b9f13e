from registry import command


@command("new")
def run():
    return 1

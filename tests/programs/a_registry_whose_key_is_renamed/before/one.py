from registry import command


@command("old")
def run():
    return 1

import shell

WORD = "old"
print(WORD)


@shell.cli.command("price")
def price():
    return WORD

import shell

WORD = "new"
print(WORD)


@shell.cli.command("cost")
def price():
    return WORD

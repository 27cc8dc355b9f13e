print("one again")
import two


def name():
    return two.name

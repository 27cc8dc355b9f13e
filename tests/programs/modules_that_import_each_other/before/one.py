print("one")
import two


def name():
    return two.name

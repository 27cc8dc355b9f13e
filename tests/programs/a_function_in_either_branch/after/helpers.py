FAST = True

if FAST:

    def f():
        return "fast"

else:

    def f():
        return "slow"

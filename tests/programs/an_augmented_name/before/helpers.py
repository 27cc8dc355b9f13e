names = ["a"]
names += ["b"]

NAME = "a22"

import tools

name = 1

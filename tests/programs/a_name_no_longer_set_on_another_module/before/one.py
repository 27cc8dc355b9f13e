import tools

tools.hi = 'hi'
name = 1

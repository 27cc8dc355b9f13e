import conf

if conf.FAST:
    from fast import name
else:
    from slow import name

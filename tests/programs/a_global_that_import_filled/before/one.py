import conf

conf.init(1)

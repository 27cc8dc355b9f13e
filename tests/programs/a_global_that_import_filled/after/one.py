import conf

conf.init(2)

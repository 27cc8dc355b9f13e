from plugins import Plugin

one = Plugin('one')

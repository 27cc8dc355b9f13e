from plugins import Plugin

two = Plugin('two')

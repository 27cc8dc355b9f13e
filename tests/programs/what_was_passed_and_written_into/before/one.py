import registry
import tools

done = tools.put(registry.table, "old")

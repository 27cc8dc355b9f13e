async def provide_visitor() -> str:
    return "Dependency one"

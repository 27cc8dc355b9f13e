def tagged(function):
    function.tag = "old"
    return function

def tagged(function):
    function.tag = "new"
    return function

"""What is kept: tables, one module of functions per noun, and the database that runs them.

A function here takes a connection first and opens no transaction of its own: the caller's
`Database.read` or `Database.write` is the unit of work. Nothing here knows a protocol or the network's answers.
"""

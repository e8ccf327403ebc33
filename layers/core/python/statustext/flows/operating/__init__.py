"""Operating: what the people who run a page read and change.

`showing` and `statuspage` are the shapes of answers, `subscribers` the list, `setting_up` pages,
keys and templates, `console` the plain actions of the AWS console.
"""

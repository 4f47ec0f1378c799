"""What was synthesized before, kept by content: a stack is made again only if something that it was made from has changed.

Two questions are asked, the cheap one first. Has anything changed at all (`stacks.kept.sources`: the bytes of the configuration's
files and of the code)? If not, the whole run is given again, and neither the configuration nor CDKTF is loaded. Else, which
stacks read something that is different now (`stacks.kept.stack`)? Whatever cannot be told for certain is made again.
"""

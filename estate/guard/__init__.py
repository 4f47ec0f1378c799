"""Stops plans that would destroy what cannot be had back, unless somebody approved exactly that."""

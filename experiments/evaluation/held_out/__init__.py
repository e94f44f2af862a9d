"""Evaluate policies on the held-out suite: test scenarios in which unfamiliar policies play some seats.

After Melting Pot (Leibo et al. 2021, Agapiou et al. 2022).
"""

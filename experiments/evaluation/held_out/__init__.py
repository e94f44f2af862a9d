"""The held-out suite: scenarios with strangers in some seats, to judge policies that never met them.

After Melting Pot (Leibo et al. 2021, Agapiou et al. 2022).
"""

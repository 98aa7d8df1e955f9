"""Randomised experiments on oneself: design, draw, seal, monitor, analyse, pool.

What is tried, against what and for how long is a :class:`design.Design`. A fair coin turns it into a
:class:`design.Schedule`, which is sealed (:mod:`seal`) before the first night. Nights come back as
:class:`nights.TrialNights`. Decisions rest on the coin alone (:mod:`randomisation`, :mod:`monitoring`): they are right
whatever the nights do by themselves. The size of an effect rests on the model of :mod:`quietlegs.core.inference`.
"""

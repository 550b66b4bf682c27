"""Reads what `unitcost run` wrote, and explains it: validate, plot, report, compare,
export, bundle, gate.

The records are the only contract with the C++ side: names, labels, units and directions come from
them.
"""

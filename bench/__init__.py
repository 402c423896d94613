"""Measurements that print one table: `make bench`. Floor and system take turns, so that ratios mean something."""

"""Zhixuan 知选: the stock and services of a county's contraceptive-supply station."""

__version__ = "0.1.0"

"""What each facility will need of each product: history in, quantiles out."""

from zhixuan.analytics.forecasting.forecast import Profile, forecast

__all__ = ["Profile", "forecast"]

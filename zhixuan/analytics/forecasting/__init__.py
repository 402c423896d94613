"""What each facility will need of each product: history in, quantiles out."""

from zhixuan.analytics.forecasting.forecast import forecast
from zhixuan.analytics.forecasting.plan import Profile

__all__ = ["Profile", "forecast"]

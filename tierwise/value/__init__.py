"""What each customer is worth: history, forecast, RFM, percentile, type."""

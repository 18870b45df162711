"""What each KPI means, and its value and interval per level and period."""

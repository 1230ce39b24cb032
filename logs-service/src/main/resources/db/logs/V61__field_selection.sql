-- fieldSelectionCriteria: by account and region, whose events a filter sees.
ALTER TABLE logs.metric_filter ADD COLUMN field_selection text;
ALTER TABLE logs.subscription_filter ADD COLUMN field_selection text;

-- Who started a query; NULL: from before it was kept.
ALTER TABLE logs.query ADD COLUMN started_by text;

-- What stands for {{name}} in the query's text: names, and for each a default and a description or NULL.
ALTER TABLE logs.query_definition ADD COLUMN parameter_names text[] NOT NULL DEFAULT '{}';
ALTER TABLE logs.query_definition ADD COLUMN parameter_defaults text[] NOT NULL DEFAULT '{}';
ALTER TABLE logs.query_definition ADD COLUMN parameter_descriptions text[] NOT NULL DEFAULT '{}';

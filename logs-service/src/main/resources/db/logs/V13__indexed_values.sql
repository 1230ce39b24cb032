-- Which values the indexed fields of a full block have; NULL: not known.
ALTER TABLE logs.block ADD COLUMN indexed bytea;
ALTER TABLE logs.block ALTER COLUMN indexed SET STORAGE EXTERNAL;
